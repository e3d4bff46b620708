import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { secretKey, startTestSupabase, type TestSupabase } from '../../testing/start-test-supabase.ts';

let supabase: TestSupabase;

beforeAll(async () => {
  supabase = await startTestSupabase((settings) => {
    settings.project.auth.hook.custom_access_token = {
      enabled: true,
      uri: 'pg-functions://postgres/public/test_token_hook',
    };
    settings.project.auth.refresh_token_reuse_interval = 0;
  });
  await supabase.database.sql.unsafe(`
    create function public.test_token_hook(event jsonb) returns jsonb language plpgsql as $$
    begin
      if event -> 'claims' ->> 'email' like 'refused%' then
        return jsonb_build_object('error', jsonb_build_object('http_code', 403, 'message', 'Not today.'));
      end if;
      return jsonb_set(event, '{claims,user_role}', to_jsonb('tester of ' || current_user));
    end $$;
    grant usage on schema public to supabase_auth_admin;
    grant execute on function public.test_token_hook to supabase_auth_admin;
    revoke execute on function public.test_token_hook from anon, authenticated, public;`);
});
afterAll(() => supabase.stop());

describe('accounts with a password', () => {
  test('sign up, sign in, read and change the own account', async () => {
    const { userId } = await supabase.signUp('ann');
    const client = supabase.connect();
    const wrong = await client.auth.signInWithPassword({ email: 'ann@example.test', password: 'not-it' });
    expect(wrong.error).toMatchObject({ code: 'invalid_credentials', status: 400 });
    const right = await client.auth.signInWithPassword({ email: 'ANN@example.test', password: 'password-1' });
    expect(right.data.user?.id).toBe(userId);
    const changed = await client.auth.updateUser({ data: { color: 'red' } });
    expect(changed.data.user?.user_metadata).toMatchObject({ color: 'red', email: 'ann@example.test' });
    expect((await client.auth.getUser()).data.user?.identities?.[0]).toMatchObject({ provider: 'email' });
  });

  test('an address is taken once, and a short password is refused', async () => {
    await supabase.signUp('bob');
    const client = supabase.connect();
    const again = await client.auth.signUp({ email: 'Bob@example.test', password: 'password-2' });
    expect(again.error).toMatchObject({ code: 'user_already_exists', status: 422 });
    const short = await client.auth.signUp({ email: 'new@example.test', password: '123' });
    expect(short.error).toMatchObject({ code: 'weak_password', reasons: ['length'] });
  });

  test('claims are verified locally and contain what GoTrue and the hook put in', async () => {
    const { client, userId } = await supabase.signUp('cat');
    const { data, error } = await client.auth.getClaims();
    expect(error).toBeNull();
    expect(data?.header).toMatchObject({ alg: 'ES256' });
    expect(data?.claims).toMatchObject({
      iss: `${supabase.url}/auth/v1`,
      sub: userId,
      aud: 'authenticated',
      role: 'authenticated',
      aal: 'aal1',
      email: 'cat@example.test',
      is_anonymous: false,
      app_metadata: { provider: 'email', providers: ['email'] },
      user_role: 'tester of supabase_auth_admin',
    });
    expect(data?.claims.amr?.[0]).toMatchObject({ method: 'password' });
  });

  test('a sign-up that the hook refuses leaves nothing behind', async () => {
    const client = supabase.connect();
    const { error } = await client.auth.signUp({ email: 'refused@example.test', password: 'password-1' });
    expect(error).toMatchObject({ status: 403, message: 'Not today.' });
    const rows = await supabase.database.admin`select 1 from auth.users where email = 'refused@example.test'`;
    expect(rows).toHaveLength(0);
  });

  test('a refresh token works once; using an old one again ends the session', async () => {
    const { client } = await supabase.signUp('dan');
    const first = (await client.auth.getSession()).data.session?.refresh_token ?? '';
    const second = await client.auth.refreshSession({ refresh_token: first });
    expect(second.data.session?.refresh_token).not.toBe(first);
    const third = await client.auth.refreshSession({
      refresh_token: second.data.session?.refresh_token ?? '',
    });
    expect(third.error).toBeNull();
    const stolen = await supabase.connect().auth.refreshSession({ refresh_token: first });
    expect(stolen.error).toMatchObject({ code: 'refresh_token_already_used' });
    const owner = await client.auth.refreshSession({
      refresh_token: third.data.session?.refresh_token ?? '',
    });
    expect(owner.error).toMatchObject({ code: 'refresh_token_already_used' });
  });

  test('two concurrent refreshes return the same next token', async () => {
    const { client } = await supabase.signUp('eve');
    const token = (await client.auth.getSession()).data.session?.refresh_token ?? '';
    const answers = await Promise.all(
      [supabase.connect(), supabase.connect()].map((tab) =>
        tab.auth.refreshSession({ refresh_token: token }),
      ),
    );
    const next = answers.map((answer) => answer.data.session?.refresh_token);
    expect(next[0]).toBeTruthy();
    expect(next[0]).toBe(next[1]);
  });

  test('signing out ends the session at once, here or everywhere', async () => {
    const { client, token } = await supabase.signUp('fay');
    const other = supabase.connect();
    await other.auth.signInWithPassword({ email: 'fay@example.test', password: 'password-1' });
    await client.auth.signOut({ scope: 'local' });
    expect((await supabase.connect().auth.getUser(token)).error).toMatchObject({
      name: 'AuthSessionMissingError',
    });
    expect((await other.auth.getUser()).error).toBeNull();
    await other.auth.signOut({ scope: 'global' });
    const rows = await supabase.database.admin`
      select 1 from auth.sessions s join auth.users u on u.id = s.user_id where u.email = 'fay@example.test'`;
    expect(rows).toHaveLength(0);
  });

  test('a banned user can neither sign in nor refresh', async () => {
    const { client, userId } = await supabase.signUp('gus');
    const admin = supabase.connect({ key: secretKey });
    await admin.auth.admin.updateUserById(userId, { ban_duration: '1h' });
    const { error } = await supabase
      .connect()
      .auth.signInWithPassword({ email: 'gus@example.test', password: 'password-1' });
    expect(error).toMatchObject({ code: 'user_banned' });
    const token = { refresh_token: (await client.auth.getSession()).data.session?.refresh_token ?? '' };
    const refused = await supabase.connect().auth.refreshSession(token);
    expect(refused.error).toMatchObject({ code: 'user_banned' });
    await admin.auth.admin.updateUserById(userId, { ban_duration: 'none' });
    expect((await supabase.connect().auth.refreshSession(token)).error).toBeNull();
  });

  test('unknown paths are 404, omitted ones 501, missing and wrong API keys 401, broken tokens 403', async () => {
    const get = (path: string, headers: Record<string, string>) =>
      fetch(`${supabase.url}${path}`, { headers });
    expect((await get('/auth/v1/nonsense', { apikey: secretKey })).status).toBe(404);
    expect((await get('/auth/v1/otp', { apikey: secretKey })).status).toBe(501);
    expect((await get('/auth/v1/user', {})).status).toBe(401);
    expect((await get('/auth/v1/user', { apikey: 'wrong' })).status).toBe(401);
    const broken = await get('/auth/v1/user', { apikey: secretKey, authorization: 'Bearer a.b.c' });
    expect([broken.status, await broken.json()]).toMatchObject([403, { error_code: 'bad_jwt' }]);
  });
});
