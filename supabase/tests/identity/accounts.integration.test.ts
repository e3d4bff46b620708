import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player, runAs } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

async function signUp(traits: object, appTraits: object = {}, email: string | null = null): Promise<string> {
  const [user] = await database.sql<{ id: string }[]>`
    insert into auth.users (id, email, email_confirmed_at, raw_user_meta_data, raw_app_meta_data)
    values (gen_random_uuid(), ${email}, now(), ${database.sql.json(JSON.parse(JSON.stringify(traits)))},
      ${database.sql.json(JSON.parse(JSON.stringify(appTraits)))})
    returning id`;
  return user?.id ?? '';
}

async function getProfile(user_id: string) {
  const [profile] = await database.sql`
    select id, username, display_name, role from public.profiles where user_id = ${user_id}`;
  return profile;
}

describe('a new account', () => {
  test.each([
    [{ full_name: 'Ada#1234', custom_claims: { global_name: 'Ada L.' } }, null, 'ada', 'Ada L.'],
    [{ user_name: 'Mäx Power!' }, null, 'm-x-power', 'm-x-power'],
    [{}, 'Pia.Pixel@example.com', 'pia.pixel', 'pia.pixel'],
    [{ full_name: '龍' }, null, 'player', '龍'],
    [{ full_name: 'x'.repeat(200) }, null, 'x'.repeat(26), 'x'.repeat(80)],
    [{}, null, 'player', 'player'],
  ])('%j (%s) is %s, shown as %s', async (traits, email, username, display_name) => {
    expect(await getProfile(await signUp(traits, {}, email))).toMatchObject({
      username,
      display_name,
      role: 'player',
    });
  });

  test('gets a unique username, even if many arrive at once', async () => {
    const users = await Promise.all(Array.from({ length: 12 }, () => signUp({ full_name: 'ada' })));
    const profiles = await Promise.all(users.map(getProfile));
    expect(new Set(profiles.map((profile) => profile?.username)).size).toBe(12);
  });

  test.each([
    ['https://cdn.discordapp.com/avatars/1/a.png', 'https://cdn.discordapp.com/avatars/1/a.png'],
    ['javascript:alert(1)', null],
    ['https://a b', null],
    [`https://cdn.discordapp.com/${'x'.repeat(2100)}`, null],
  ])('shows the picture at %s as %s', async (avatar_url, expected) => {
    const user = await signUp({ full_name: 'pixel', avatar_url });
    const [profile] = await database.sql`select avatar_url from public.profiles where user_id = ${user}`;
    expect(profile?.avatar_url).toBe(expected);
  });

  test('takes over the player that the service named, unless that one has an account', async () => {
    const [player] = await database.sql<{ id: string }[]>`
      insert into public.profiles (username, display_name) values ('veteran', 'Veteran') returning id`;
    const first = await signUp({ full_name: 'x1' }, { player_id: player?.id });
    expect(await getProfile(first)).toMatchObject({ id: player?.id, username: 'veteran' });
    const second = await signUp({ full_name: 'x2' }, { player_id: player?.id });
    expect(await getProfile(second)).toMatchObject({ username: 'x2' });
  });

  test('cannot take over a player through its own metadata', async () => {
    const [player] = await database.sql<{ id: string }[]>`
      insert into public.profiles (username, display_name, role) values ('boss', 'Boss', 'admin') returning id`;
    const user = await signUp({ full_name: 'boss', player_id: player?.id, role: 'admin' });
    const profile = await getProfile(user);
    expect(profile?.id).not.toBe(player?.id);
    expect(profile?.role).toBe('player');
  });

  test('leaves its player behind when it is erased', async () => {
    const user = await signUp({ full_name: 'gone' });
    await database.sql`delete from auth.users where id = ${user}`;
    expect(
      await database.sql`select from public.profiles where username = 'gone' and user_id is null`,
    ).toHaveLength(1);
  });
});

describe('the token hook', () => {
  async function callHook(user_id: string) {
    let claims: unknown;
    await database.admin.begin(async (transaction) => {
      await transaction.unsafe('set local role supabase_auth_admin');
      const event = { user_id, claims: { sub: user_id, role: 'authenticated' } };
      const [row] =
        await transaction`select identity.custom_access_token_hook(${transaction.json(event)}) as event`;
      claims = row?.event.claims;
    });
    return claims;
  }

  test('adds role and player with the rights of the auth service', async () => {
    const ada = await createPlayer(database, 'ada', 'admin');
    expect(await callHook(ada.user_id)).toEqual({
      sub: ada.user_id,
      role: 'authenticated',
      user_role: 'admin',
      player_id: ada.player_id,
    });
  });

  test('leaves the token of an account without a player as it is', async () => {
    const user_id = randomUUID();
    expect(await callHook(user_id)).toEqual({ sub: user_id, role: 'authenticated' });
  });
});

describe("a player's own profile", () => {
  let pia: Player;
  beforeEach(async () => {
    pia = await createPlayer(database, 'pia');
  });

  const update = (changes: string) =>
    readRefusal(
      runAs(database, pia, (transaction) =>
        transaction.unsafe(`select public.update_own_profile(${changes})`),
      ),
    );

  test.each([
    ["time_zone => 'Mars/Olympus'", 'time_zone_unknown'],
    ["visibility => 'invisible'", 'visibility_unknown'],
    ["display_name => '   '", 'display_name_invalid'],
    [`display_name => '${'x'.repeat(81)}'`, 'display_name_invalid'],
    ["locale => 'not a tag'", 'locale_invalid'],
  ])('%s is refused', async (changes, expected) => {
    expect(await update(changes)).toBe(expected);
  });

  test('only the given fields change, with one audit row', async () => {
    const change = "time_zone => 'Europe/Berlin', visibility => 'anonymous'";
    expect(await update(change)).toBeNull();
    expect(await update(change)).toBeNull();
    const [row] = await database.sql`select public.get_own_profile(${pia.player_id}) as profile`;
    expect(row?.profile).toMatchObject({
      player: { time_zone: 'Europe/Berlin', visibility: 'anonymous', display_name: 'pia', role: 'player' },
      link: null,
      balances: { ai: { available: 0, held: 0 }, lead: { available: 0, held: 0 } },
    });
    expect(await database.sql`select from public.audit_log where action = 'profile.changed'`).toHaveLength(1);
  });
});
