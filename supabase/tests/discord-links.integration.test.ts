import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/postgres/test-database.ts';
import { listEvents } from './credit-stage.ts';
import { createPlayer, type Player, runAs } from './personas.ts';
import { readRefusal } from './read-refusal.ts';

let database: TestDatabase;
let pia: Player;
let quinn: Player;
beforeEach(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  quinn = await createPlayer(database, 'quinn');
});
afterEach(() => database.drop());

const first = '111111111111111111';
const second = '222222222222222222';

async function setIdentity(player: Player, discord_user_id: string | null, name = 'pixel'): Promise<void> {
  await database.sql`delete from auth.identities where user_id = ${player.user_id} and provider = 'discord'`;
  if (discord_user_id === null) return;
  const traits = {
    sub: discord_user_id,
    full_name: name,
    custom_claims: { global_name: 'Pixel' },
    avatar_url: 'a.png',
  };
  await database.sql`
    insert into auth.identities (id, user_id, provider, provider_id, identity_data)
    values (gen_random_uuid(), ${player.user_id}, 'discord', ${discord_user_id}, ${database.sql.json(traits)})`;
}

function sync(player: Player) {
  return runAs(database, player, (transaction) => transaction`select public.sync_discord_link() as answer`);
}

async function listLinks() {
  const rows =
    await database.sql`select player_id, discord_user_id, discord_username from public.discord_links`;
  return [...rows];
}

test('the link follows the identity: made, refreshed, replaced, removed', async () => {
  await setIdentity(pia, first);
  const [made] = await sync(pia);
  expect(made?.answer.link).toMatchObject({
    discord_user_id: first,
    discord_display_name: 'Pixel',
    linked_by: pia.player_id,
  });
  await setIdentity(pia, first, 'renamed');
  await sync(pia);
  expect(await listLinks()).toEqual([
    { player_id: pia.player_id, discord_user_id: first, discord_username: 'renamed' },
  ]);
  await setIdentity(pia, second);
  await sync(pia);
  expect(await listLinks()).toMatchObject([{ discord_user_id: second }]);
  await setIdentity(pia, null);
  const [removed] = await sync(pia);
  expect(removed?.answer).toEqual({ link: null });
  await sync(pia);
  expect(await listEvents(database)).toEqual([
    'discord/link.created',
    'discord/link.removed',
    'discord/link.created',
    'discord/link.removed',
  ]);
  const audits = await database.sql`
    select action from public.audit_log as log join private.audit_chain as chain on chain.audit_id = log.id
    order by chain.position`;
  expect(audits.map(({ action }) => action)).toEqual([
    'discord_link.created',
    'discord_link.removed',
    'discord_link.created',
    'discord_link.removed',
  ]);
});

test('a Discord account belongs to one player, whoever races', async () => {
  await database.sql`drop index if exists auth.identities_provider_id_provider_unique`;
  await setIdentity(pia, first);
  await sync(pia);
  await database.sql`
    insert into public.discord_links (player_id, discord_user_id, discord_username)
    values (${quinn.player_id}, ${second}, 'taken')`;
  await setIdentity(pia, second);
  expect(await readRefusal(sync(pia))).toBe('discord_account_taken');
  expect(await listLinks()).toHaveLength(2);
});

test('two syncs of one player at once make one link', async () => {
  await setIdentity(pia, first);
  await Promise.all([sync(pia), sync(pia), sync(pia)]);
  expect(await listEvents(database)).toEqual(['discord/link.created']);
});

test('unlinking works for oneself, and twice', async () => {
  await setIdentity(pia, first);
  await sync(pia);
  const unlink = () =>
    runAs(database, pia, (transaction) => transaction`select public.unlink_discord() as answer`);
  expect((await unlink())[0]?.answer).toEqual({ discord_user_id: first });
  expect((await unlink())[0]?.answer).toEqual({ discord_user_id: null });
});

test('the bot finds the player by Discord account', async () => {
  await setIdentity(pia, first);
  await sync(pia);
  const find = async (id: string) =>
    (
      await runAs(
        database,
        'service_role',
        (transaction) => transaction`select public.find_player_by_discord(${id}) as player`,
      )
    )[0]?.player;
  expect(await find(first)).toMatchObject({ player_id: pia.player_id, role: 'player' });
  expect(await find(second)).toBeNull();
});

test('tokens are kept for linked players, outlive the link, and go with their own account only', async () => {
  const store = () =>
    readRefusal(database.sql`
      select public.store_discord_tokens(${pia.player_id}, 'cipher', null, 'k1', null, array['identify'])`);
  expect(await store()).toBe('not_linked');
  await setIdentity(pia, first);
  await sync(pia);
  expect(await store()).toBeNull();
  await database.sql`select public.unlink_discord(${pia.player_id})`;
  const get = async () =>
    (await database.sql`select public.get_discord_tokens(${pia.player_id}) as tokens`)[0]?.tokens;
  expect(await get()).toMatchObject({
    access_token_ciphertext: 'cipher',
    key_id: 'k1',
    discord_user_id: first,
  });
  await database.sql`select public.delete_discord_tokens(${pia.player_id}, ${second})`;
  expect(await get()).not.toBeNull();
  await database.sql`select public.delete_discord_tokens(${pia.player_id}, ${first})`;
  expect(await get()).toBeNull();
});
