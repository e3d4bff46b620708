import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { secretKey, startTestSupabase, type TestSupabase } from '../testing/start-test-supabase.ts';

let supabase: TestSupabase;

beforeAll(async () => {
  supabase = await startTestSupabase();
});
afterAll(() => supabase.stop());

describe('the admin API', () => {
  test('creates, reads, changes and deletes users', async () => {
    const { admin } = supabase.connect({ key: secretKey }).auth;
    const created = await admin.createUser({
      email: 'made@example.test',
      password: 'password-1',
      email_confirm: true,
      user_metadata: { color: 'red', size: 'xl' },
      app_metadata: { plan: 'free' },
    });
    const id = created.data.user?.id ?? '';
    expect(created.data.user).toMatchObject({ app_metadata: { provider: 'email', plan: 'free' } });
    const client = supabase.connect();
    const signIn = { email: 'made@example.test', password: 'password-1' };
    expect((await client.auth.signInWithPassword(signIn)).error).toBeNull();
    const changed = await admin.updateUserById(id, {
      password: 'password-2',
      user_metadata: { size: null },
      app_metadata: { plan: 'paid' },
    });
    expect(changed.data.user).toMatchObject({
      app_metadata: { plan: 'paid' },
      user_metadata: { color: 'red' },
    });
    expect(changed.data.user?.user_metadata).not.toHaveProperty('size');
    expect((await client.auth.signInWithPassword(signIn)).error).toMatchObject({
      code: 'invalid_credentials',
    });
    expect((await admin.getUserById(id)).data.user?.email).toBe('made@example.test');
    expect((await admin.deleteUser(id)).error).toBeNull();
    expect((await admin.getUserById(id)).error).toMatchObject({ code: 'user_not_found', status: 404 });
  });

  test('lists users by pages', async () => {
    const { admin } = supabase.connect({ key: secretKey }).auth;
    for (const name of ['p1', 'p2', 'p3']) await admin.createUser({ email: `${name}@example.test` });
    const { data } = await admin.listUsers({ page: 1, perPage: 2 });
    expect(data.users.map((user) => user.email)).toEqual(['p3@example.test', 'p2@example.test']);
    expect(data).toMatchObject({ total: 3, lastPage: 2, nextPage: 2 });
  });

  test('refuses a taken address, an unconfirmed sign-in and malformed input', async () => {
    const { admin } = supabase.connect({ key: secretKey }).auth;
    await admin.createUser({ email: 'once@example.test', password: 'password-1' });
    const taken = await admin.createUser({ email: 'Once@example.test' });
    expect(taken.error).toMatchObject({ code: 'email_exists', status: 422 });
    const early = await supabase
      .connect()
      .auth.signInWithPassword({ email: 'once@example.test', password: 'password-1' });
    expect(early.error).toMatchObject({ code: 'email_not_confirmed' });
    expect((await admin.createUser({ email: 'no address' })).error).toMatchObject({
      code: 'validation_failed',
    });
    expect((await admin.createUser({})).error).toMatchObject({ code: 'validation_failed' });
  });

  test('is closed to everybody without the secret key', async () => {
    const { client } = await supabase.signUp('curious');
    expect((await client.auth.admin.listUsers()).error).toMatchObject({ code: 'not_admin', status: 403 });
    const token = (await client.auth.getSession()).data.session?.access_token;
    const response = await fetch(`${supabase.url}/auth/v1/admin/users`, {
      headers: { apikey: secretKey, authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(403);
    const browser = await fetch(`${supabase.url}/rest/v1/`, {
      headers: { apikey: secretKey, 'user-agent': 'Mozilla/5.0 (X11)' },
    });
    expect(browser.status).toBe(401);
  });
});
