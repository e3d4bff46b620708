import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startMigratedSupabase } from '#dev/tests/start-migrated-supabase.ts';
import { readProjectConfig } from '#emulators/supabase/project-config.ts';
import { createDiscordPerson } from '#emulators/supabase/testing/discord-person.ts';
import { secretKey, type TestSupabase } from '#emulators/supabase/testing/start-test-supabase.ts';

let supabase: TestSupabase;

/** The project as configured. */
beforeAll(async () => {
  supabase = await startMigratedSupabase((settings) => {
    settings.project = readProjectConfig(new URL('../../config.toml', import.meta.url));
  });
});
afterAll(() => supabase.stop());

const account = (name: string) => ({ email: `${name}@example.test`, password: 'password-1' });

async function countRows(email: string): Promise<{ users: number; players: number }> {
  const [row] = await supabase.database.sql<{ users: number; players: number }[]>`
    select count(*)::int as users, count(profiles.id)::int as players
    from auth.users left join public.profiles on profiles.user_id = users.id where users.email = ${email}`;
  return row ?? { users: 0, players: 0 };
}

/** Runs without the hook that refuses sign-ups, as in a project that has none. */
function allowSignUps(): void {
  const { hook } = supabase.settings.project.auth;
  const { before_user_created } = hook;
  delete hook.before_user_created;
  onTestFinished(() => {
    hook.before_user_created = before_user_created;
  });
}

/** Counts each hash computation; returns the number since the last call. */
async function countHashes(): Promise<() => Promise<number>> {
  await supabase.database.admin.unsafe(`
    create sequence public.hash_count;
    alter function extensions.crypt(text, text) rename to crypt_uncounted;
    create function extensions.crypt(text, text) returns text language sql as
      $$ select extensions.crypt_uncounted($1, $2) from (select nextval('public.hash_count')) as counted $$;`);
  onTestFinished(async () => {
    await supabase.database.admin.unsafe(`
      drop function extensions.crypt(text, text);
      alter function extensions.crypt_uncounted(text, text) rename to crypt;
      drop sequence public.hash_count;`);
  });
  let before = 0;
  return async () => {
    const [row] = await supabase.database.admin<{ count: number }[]>`
      select nextval('public.hash_count')::int as count`;
    const made = (row?.count ?? 0) - before - 1;
    before = row?.count ?? 0;
    return made;
  };
}

describe('signing up by e-mail', () => {
  test('is refused, and leaves nothing behind', async () => {
    const { data, error } = await supabase.connect().auth.signUp(account('mallory'));
    expect(error).toMatchObject({ status: 403, message: expect.stringContaining('Continue with Discord') });
    expect(data.user).toBeNull();
    expect(await countRows('mallory@example.test')).toEqual({ users: 0, players: 0 });
  });

  test('answers the same for an address that has an account', async () => {
    await supabase.connect({ key: secretKey }).auth.admin.createUser(account('known'));
    const known = await supabase.connect().auth.signUp(account('known'));
    const unknown = await supabase.connect().auth.signUp(account('unknown'));
    expect(known.error).toMatchObject({ status: 403 });
    expect(known.error?.message).toBe(unknown.error?.message);
  });

  test('has no effect, where allowed, until the address is confirmed', async () => {
    allowSignUps();
    const { data, error } = await supabase.connect().auth.signUp(account('patient'));
    expect(error).toBeNull();
    expect(data.session).toBeNull();
    expect(data.user).toMatchObject({ email: 'patient@example.test' });
    expect(data.user?.confirmed_at).toBeUndefined();
    expect(await countRows('patient@example.test')).toEqual({ users: 1, players: 0 });
    const early = await supabase.connect().auth.signInWithPassword(account('patient'));
    expect(early.error).toMatchObject({ code: 'email_not_confirmed' });
    const { admin } = supabase.connect({ key: secretKey }).auth;
    await admin.updateUserById(data.user?.id ?? '', { email_confirm: true });
    expect(await countRows('patient@example.test')).toEqual({ users: 1, players: 1 });
    expect((await supabase.connect().auth.signInWithPassword(account('patient'))).error).toBeNull();
  });

  test('does not reveal, where allowed, which addresses have an account', async () => {
    allowSignUps();
    const { admin } = supabase.connect({ key: secretKey }).auth;
    const { data: made } = await admin.createUser({ ...account('taken'), email_confirm: true });
    const takeHashes = await countHashes();
    await takeHashes();
    const taken = await supabase.connect().auth.signUp({ ...account('taken'), password: 'password-2' });
    expect(await takeHashes()).toBe(1);
    const fresh = await supabase.connect().auth.signUp(account('fresh'));
    expect(await takeHashes()).toBe(1);
    expect(Object.keys(taken.data.user ?? {}).sort()).toEqual(Object.keys(fresh.data.user ?? {}).sort());
    expect(taken.data.user?.id).not.toBe(made.user?.id);
    expect((await supabase.connect().auth.signInWithPassword(account('taken'))).error).toBeNull();
  });
});

describe('accounts created by an admin', () => {
  test('are players once confirmed, as the player that the admin named', async () => {
    const [player] = await supabase.database.sql<{ id: string }[]>`
      insert into public.profiles (username, display_name) values ('veteran', 'Veteran') returning id`;
    const { admin } = supabase.connect({ key: secretKey }).auth;
    const { data } = await admin.createUser({
      ...account('veteran'),
      app_metadata: { player_id: player?.id },
    });
    expect(await countRows('veteran@example.test')).toEqual({ users: 1, players: 0 });
    await admin.updateUserById(data.user?.id ?? '', { email_confirm: true });
    const [profile] = await supabase.database.sql`
      select id from public.profiles where user_id = ${data.user?.id ?? ''}`;
    expect(profile?.id).toBe(player?.id);
  });
});

describe('signing in', () => {
  test('hashes once whether or not the account exists', async () => {
    const { admin } = supabase.connect({ key: secretKey }).auth;
    await admin.createUser({ ...account('real'), email_confirm: true });
    await admin.createUser({ ...account('unconfirmed') });
    const takeHashes = await countHashes();
    await takeHashes();
    for (const name of ['real', 'unconfirmed', 'nobody']) {
      const guess = { email: `${name}@example.test`, password: 'a guess' };
      const { error } = await supabase.connect().auth.signInWithPassword(guess);
      expect(error).toMatchObject({ code: 'invalid_credentials', status: 400 });
      expect(await takeHashes()).toBe(1);
    }
  });

  test('with Discord stays open to everybody', async () => {
    const discord = createDiscordPerson(supabase.discord);
    discord.become('newcomer');
    expect((await discord.signIn(supabase.connect())).error).toBeNull();
    expect(await countRows('newcomer@example.test')).toEqual({ users: 1, players: 1 });
  });
});

describe("a person's own account", () => {
  test('changes its password only with the current one, and its address only through an admin', async () => {
    await supabase
      .connect({ key: secretKey })
      .auth.admin.createUser({ ...account('owner'), email_confirm: true });
    const client = supabase.connect();
    await client.auth.signInWithPassword(account('owner'));
    const change = async (attributes: object) => (await client.auth.updateUser(attributes)).error;
    expect(await change({ password: 'password-2' })).toMatchObject({ code: 'current_password_required' });
    expect(await change({ password: 'password-2', current_password: 'wrong' })).toMatchObject({
      code: 'current_password_mismatch',
    });
    expect(await change({ email: 'other@example.test' })).toMatchObject({ status: 501 });
    expect(await change({ password: 'password-2', current_password: 'password-1' })).toBeNull();
    await supabase.database.admin`update auth.sessions set created_at = now() - interval '25 hours'`;
    expect(await change({ password: 'password-3', current_password: 'password-2' })).toMatchObject({
      code: 'reauthentication_needed',
    });
  });
});

test('the project limits what hosted Auth limits', () => {
  expect(supabase.settings.project.auth.rate_limit).toEqual({ token_refresh: 150, sign_in_sign_ups: 30 });
});

test('guessing passwords ends after thirty attempts from one address, whatever the account', async () => {
  const strict = await startMigratedSupabase((settings) => {
    settings.project = readProjectConfig(new URL('../../config.toml', import.meta.url));
    settings.project.auth.rate_limit.token_refresh = 1;
    settings.rateLimitFactor = 1;
  });
  try {
    const guess = (i: number) =>
      strict
        .connect()
        .auth.signInWithPassword({ email: `${i}@example.test`, password: 'a guess' })
        .then(({ error }) => error?.code);
    const codes = await Promise.all(Array.from({ length: 33 }, (_, i) => guess(i)));
    expect(codes.filter((code) => code === 'invalid_credentials')).toHaveLength(30);
    expect(codes.filter((code) => code === 'over_request_rate_limit')).toHaveLength(3);
    // Account changes have a separate limit.
    const { error } = await strict.connect().auth.signUp(account('late'));
    expect(error).toMatchObject({ status: 403 });
  } finally {
    await strict.stop();
  }
});
