import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { listEvents } from '../credits/credit-stage.ts';
import { createPlayer, type Player, runAs } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';

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

interface Face {
  full_name?: string;
  global_name?: string | null;
  avatar_url?: string;
}

/** What Auth writes after consent at Discord. */
async function consent(player: Player, discord_user_id: string, face: Face = {}): Promise<void> {
  const { full_name = 'pixel', global_name = 'Pixel', avatar_url = 'https://cdn.test/a.png' } = face;
  const traits = { sub: discord_user_id, full_name, custom_claims: { global_name }, avatar_url };
  await database.sql`
    insert into auth.identities (id, user_id, provider, provider_id, identity_data, last_sign_in_at)
    values (gen_random_uuid(), ${player.user_id}, 'discord', ${discord_user_id}, ${database.sql.json(traits)}, now())
    on conflict (provider, provider_id) do update
    set identity_data = excluded.identity_data, last_sign_in_at = now(), updated_at = now()`;
}

async function addEmail(player: Player): Promise<void> {
  await database.sql`
    insert into auth.identities (id, user_id, provider, provider_id, identity_data)
    values (gen_random_uuid(), ${player.user_id}, 'email', ${player.user_id}, '{}')`;
}

async function call(persona: Player | 'service_role', statement: string) {
  const [row] = await runAs(database, persona, (transaction) =>
    transaction.unsafe(`select public.${statement} as answer`),
  );
  return row?.answer;
}

async function listLinks() {
  const rows = await database.sql`
    select player_id, discord_user_id, discord_username from public.discord_links order by linked_at`;
  return [...rows];
}

async function listIdentities(player: Player): Promise<string[]> {
  const rows = await database.sql`
    select provider_id from auth.identities where user_id = ${player.user_id} and provider = 'discord'`;
  return rows.map(({ provider_id }) => String(provider_id));
}

test('the link follows the identity: created, refreshed, replaced, removed', async () => {
  await consent(pia, first);
  expect(await call(pia, 'sync_discord_link()')).toMatchObject({
    link: { discord_user_id: first, discord_display_name: 'Pixel', linked_by: pia.player_id },
  });
  await consent(pia, first, { full_name: 'renamed' });
  expect(await listLinks()).toEqual([
    { player_id: pia.player_id, discord_user_id: first, discord_username: 'renamed' },
  ]);
  await consent(pia, second);
  expect(await listLinks()).toMatchObject([{ discord_user_id: second }]);
  await database.sql`delete from auth.identities where user_id = ${pia.user_id} and provider_id = ${first}`;
  await database.sql`delete from auth.identities where user_id = ${pia.user_id}`;
  expect(await call(pia, 'sync_discord_link()')).toEqual({ link: null });
  const expected = ['created', 'removed', 'created', 'removed'];
  expect(await listEvents(database)).toEqual(expected.map((what) => `discord/link.${what}`));
  const audits = await database.sql`
    select action, actor_id, source from public.audit_log as log
    join platform.audit_chain as chain on chain.audit_id = log.id order by chain.position`;
  expect([...audits]).toEqual(
    expected.map((what) => ({ action: `discord_link.${what}`, actor_id: pia.player_id, source: 'web' })),
  );
});

test("Auth's owner of a Discord account is linked to it, whatever row was left behind", async () => {
  await database.sql`
    insert into public.discord_links (player_id, discord_user_id, discord_username)
    values (${quinn.player_id}, ${first}, 'left behind')`;
  await consent(pia, first);
  expect(await listLinks()).toMatchObject([{ player_id: pia.player_id, discord_user_id: first }]);
  expect(await listEvents(database)).toEqual(['discord/link.removed', 'discord/link.created']);
});

test('two concurrent syncs of one player create one link', async () => {
  await database.admin`alter table auth.identities disable trigger on_identity_insert_reconcile_link`;
  await consent(pia, first);
  await Promise.all(Array.from({ length: 3 }, () => call(pia, 'sync_discord_link()')));
  expect(await listEvents(database)).toEqual(['discord/link.created']);
});

test.each(['web', 'discord'])('unlinking on %s removes the identity if e-mail remains', async (source) => {
  await addEmail(pia);
  await consent(pia, first);
  const unlink = `unlink_discord('${pia.player_id}', '${source}')`;
  expect(await call('service_role', unlink)).toEqual({
    discord_user_id: first,
    keeps_sign_in: false,
    revokes_access: false,
  });
  expect(await listIdentities(pia)).toEqual([]);
  expect(await call('service_role', unlink)).toMatchObject({ discord_user_id: null });
  await consent(pia, first);
  expect(await listLinks()).toMatchObject([{ player_id: pia.player_id, discord_user_id: first }]);
  const [audit] =
    await database.sql`select source from public.audit_log where action = 'discord_link.removed'`;
  expect(audit?.source).toBe(source);
});

test('the only way to sign in stays, and links again only with consent', async () => {
  await consent(pia, first);
  expect(await call(pia, 'unlink_discord()')).toMatchObject({ discord_user_id: first, keeps_sign_in: true });
  expect(await listIdentities(pia)).toEqual([first]);
  expect(await listLinks()).toEqual([]);
  await consent(pia, first);
  expect(await listLinks()).toHaveLength(1);
  await call(pia, 'unlink_discord()');
  expect(await call(pia, 'sync_discord_link()')).toMatchObject({ link: { discord_user_id: first } });
});

test.each(['hard', 'soft'])(
  'an erased account (%s) leaves no link, and a returning person is one player',
  async (way) => {
    await consent(pia, first);
    if (way === 'hard') await database.sql`delete from auth.users where id = ${pia.user_id}`;
    else {
      await database.sql.begin(async (sql) => {
        await sql`update auth.users set deleted_at = now() where id = ${pia.user_id}`;
        await sql`delete from auth.identities where user_id = ${pia.user_id}`;
      });
    }
    expect(await listLinks()).toEqual([]);
    expect((await listEvents(database)).at(-1)).toBe('discord/link.removed');
    const [audit] = await database.sql`
    select actor_id, source from public.audit_log where action = 'discord_link.removed'`;
    expect(audit).toEqual({ actor_id: null, source: 'system' });
    const returned = await createPlayer(database, 'pia-again');
    await consent(returned, first);
    expect(await call('service_role', `find_player_by_discord('${first}')`)).toMatchObject({
      player_id: returned.player_id,
    });
  },
);

test('the bot finds the player by Discord account', async () => {
  await consent(pia, first);
  const found = await call('service_role', `find_player_by_discord('${first}')`);
  expect(found).toMatchObject({ player_id: pia.player_id, role: 'player' });
  expect(await call('service_role', `find_player_by_discord('${second}')`)).toBeNull();
});

test('revoked access ends the link, but events from before the last consent do not', async () => {
  await addEmail(pia);
  await consent(pia, first);
  const end = (at: string) => call('service_role', `end_deauthorised_link('${first}', ${at})`);
  expect(await end("now() - interval '1 minute'")).toEqual({ player_id: pia.player_id, has_ended: false });
  expect(await listLinks()).toHaveLength(1);
  expect(await end("now() + interval '1 second'")).toEqual({ player_id: pia.player_id, has_ended: true });
  expect(await end("now() + interval '1 second'")).toEqual({ player_id: null, has_ended: false });
  expect(await listLinks()).toEqual([]);
  expect(await listIdentities(pia)).toEqual([]);
});

test('tokens are kept for the linked account, and outlive its link until they are deleted', async () => {
  const store = () =>
    readRefusal(
      call(
        'service_role',
        `store_discord_tokens('${pia.player_id}', '${first}', 'sealed', null, 'k1', now() + interval '7 days')`,
      ),
    );
  const get = () => call('service_role', `get_discord_tokens('${first}')`);
  expect(await store()).toBe('not_linked');
  await consent(pia, first);
  expect(await store()).toBeNull();
  expect(await get()).toMatchObject({ sealed_access_token: 'sealed', key_id: 'k1', is_linked: true });
  expect(await call(pia, 'unlink_discord()')).toMatchObject({ revokes_access: true });
  expect(await get()).toMatchObject({ is_linked: false });
  expect(await call('service_role', `delete_discord_tokens('${first}')`)).toBe(true);
  expect(await get()).toBeNull();
  expect(await call('service_role', `delete_discord_tokens('${first}')`)).toBe(false);
});

test('tokens are replaced only by their last reader, and listed when they are due', async () => {
  await consent(pia, first);
  await call(
    'service_role',
    `store_discord_tokens('${pia.player_id}', '${first}', 'a', 'r', 'k1', now() + interval '7 days')`,
  );
  expect(await call('service_role', 'list_due_discord_tokens()')).toEqual([]);
  await database.sql`update identity.discord_tokens set expires_at = now() + interval '1 day'`;
  expect(await call('service_role', 'list_due_discord_tokens()')).toEqual([first]);
  const { revision } = await call('service_role', `get_discord_tokens('${first}')`);
  const replace = () =>
    call(
      'service_role',
      `replace_discord_tokens('${first}', '${revision}', 'b', 's', 'k2', now() + interval '7 days')`,
    );
  expect([await replace(), await replace()]).toEqual([true, false]);
  expect(await call('service_role', 'list_due_discord_tokens()')).toEqual([]);
  expect(await call('service_role', "list_discord_tokens_under_other_keys('k2')")).toEqual([]);
  expect(await call('service_role', "list_discord_tokens_under_other_keys('k3')")).toMatchObject([
    { discord_user_id: first, sealed_access_token: 'b', key_id: 'k2' },
  ]);
  await call(pia, 'unlink_discord()');
  await database.sql`update identity.discord_tokens set stored_at = now() - interval '1 hour'`;
  expect(await call('service_role', 'list_due_discord_tokens()')).toEqual([first]);
});
