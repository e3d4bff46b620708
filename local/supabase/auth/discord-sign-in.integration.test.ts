import { createServerClient } from '@supabase/ssr';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  publishableKey,
  siteUrl,
  startTestSupabase,
  type TestSupabase,
} from '../testing/start-test-supabase.ts';

/** A client of supabase-js or of @supabase/ssr. */
interface Client {
  auth: Pick<SupabaseClient['auth'], 'signInWithOAuth' | 'exchangeCodeForSession'>;
}

let supabase: TestSupabase;
let lastId = 80351110224678912n;

beforeAll(async () => {
  supabase = await startTestSupabase();
});
afterAll(() => supabase.stop());

/** Makes somebody with this name be signed in to Discord; gives the account's id. */
function signInToDiscord(username: string, account: { email?: string; verified?: boolean } = {}): string {
  lastId += 1n;
  const id = String(lastId);
  supabase.discord.signedIn = {
    id,
    username,
    discriminator: '0',
    global_name: username.toUpperCase(),
    avatar: 'a_1234',
    email: `${username}@example.test`,
    verified: true,
    ...account,
  };
  return id;
}

/** Follows the redirects of a sign-in until they leave for the site, and gives that address. */
async function follow(start: string): Promise<URL> {
  let url = start;
  while (!url.startsWith(siteUrl)) {
    const response = await fetch(url, { redirect: 'manual' });
    const next = response.headers.get('location');
    if (next === null) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
    url = next;
  }
  return new URL(url);
}

async function authorize(client: Client, redirectTo = `${siteUrl}/welcome`): Promise<URL> {
  const { data } = await client.auth.signInWithOAuth({
    provider: 'discord',
    options: { redirectTo, scopes: 'guilds.join', skipBrowserRedirect: true },
  });
  return follow(data.url ?? '');
}

async function signInWithDiscord(client: Client) {
  const url = await authorize(client);
  return client.auth.exchangeCodeForSession(url.searchParams.get('code') ?? '');
}

async function link(client: SupabaseClient): Promise<URL> {
  const { data, error } = await client.auth.linkIdentity({
    provider: 'discord',
    options: { redirectTo: `${siteUrl}/profile` },
  });
  if (error) throw error;
  return follow(data.url);
}

describe('signing in with Discord', () => {
  test('gives a session with what Discord knows, and its tokens once', async () => {
    const discordId = signInToDiscord('nelly');
    const client = supabase.connect();
    const { data, error } = await signInWithDiscord(client);
    expect(error).toBeNull();
    expect(data.session?.provider_token).toBeTruthy();
    expect(data.session?.provider_refresh_token).toMatch(/^refresh-/);
    expect(data.user?.app_metadata).toMatchObject({ provider: 'discord', providers: ['discord'] });
    expect(data.user?.identities?.[0]).toMatchObject({
      provider: 'discord',
      id: discordId,
      identity_data: { provider_id: discordId, full_name: 'nelly', custom_claims: { global_name: 'NELLY' } },
    });
    const refreshed = await client.auth.refreshSession();
    expect(refreshed.data.session?.provider_token).toBeUndefined();
    const claims = await client.auth.getClaims();
    expect(claims.data?.claims.amr?.[0]).toMatchObject({ method: 'oauth' });
    const again = await signInWithDiscord(supabase.connect());
    expect(again.data.user?.id).toBe(data.user?.id);
  });

  test('joins the account with the same verified address, but not with an unverified one', async () => {
    const { userId } = await supabase.signUp('sam');
    signInToDiscord('sam');
    expect((await signInWithDiscord(supabase.connect())).data.user?.id).toBe(userId);
    const { userId: tomId } = await supabase.signUp('tom');
    signInToDiscord('tom', { verified: false });
    const thief = await signInWithDiscord(supabase.connect());
    expect(thief.data.user?.id).not.toBe(tomId);
    expect(thief.data.user?.email).toBe('');
  });

  test('says so in the address when the person declines or has no e-mail address', async () => {
    supabase.discord.signedIn = null;
    const declined = await authorize(supabase.connect());
    expect(declined.searchParams.get('error')).toBe('access_denied');
    expect(declined.searchParams.get('code')).toBeNull();
    signInToDiscord('nomail', { email: undefined });
    const refused = await authorize(supabase.connect());
    expect(refused.searchParams.get('error_description')).toBe(
      'Error getting user email from external provider',
    );
    expect(refused.hash).toContain('error_code=unexpected_failure');
  });

  test('never returns to an address that is not allowed', async () => {
    signInToDiscord('olga');
    const url = await authorize(supabase.connect(), 'https://evil.example/steal');
    expect(url.origin).toBe(siteUrl);
  });

  test('a state that was changed, used before or made elsewhere is refused', async () => {
    signInToDiscord('pete');
    const client = supabase.connect();
    const { data } = await client.auth.signInWithOAuth({
      provider: 'discord',
      options: { redirectTo: siteUrl, skipBrowserRedirect: true },
    });
    const toDiscord = await fetch(data.url ?? '', { redirect: 'manual' });
    const toCallback = await fetch(toDiscord.headers.get('location') ?? '', { redirect: 'manual' });
    const callback = new URL(toCallback.headers.get('location') ?? '');
    const forged = new URL(callback);
    forged.searchParams.set('state', `${callback.searchParams.get('state')}x`);
    expect((await follow(forged.toString())).searchParams.get('error_code')).toBe('bad_oauth_state');
    const good = await follow(callback.toString());
    expect(good.searchParams.get('code')).toBeTruthy();
    expect((await follow(callback.toString())).searchParams.get('error_code')).toBe('bad_oauth_state');
  });

  test('a code needs its verifier, works once and only for five minutes', async () => {
    signInToDiscord('quin');
    const client = supabase.connect();
    const code = (await authorize(client)).searchParams.get('code') ?? '';
    const thief = supabase.connect();
    await thief.auth.signInWithOAuth({ provider: 'discord', options: { skipBrowserRedirect: true } });
    const stolen = await thief.auth.exchangeCodeForSession(code);
    expect(stolen.error).toMatchObject({ code: 'bad_code_verifier' });
    expect((await client.auth.exchangeCodeForSession(code)).error).toMatchObject({
      code: 'flow_state_not_found',
    });
    const late = (await authorize(client)).searchParams.get('code') ?? '';
    await supabase.database.admin`
      update auth.flow_state set auth_code_issued_at = now() - interval '6 minutes' where auth_code = ${late}`;
    expect((await client.auth.exchangeCodeForSession(late)).error).toMatchObject({
      code: 'flow_state_expired',
    });
  });

  test('works for a server-rendered page with cookies', async () => {
    const discordId = signInToDiscord('rita');
    const cookies = new Map<string, string>();
    const client = createServerClient(supabase.url, publishableKey, {
      cookies: {
        getAll: () => [...cookies].map(([name, value]) => ({ name, value })),
        setAll: (changed) => {
          for (const { name, value } of changed) cookies.set(name, value);
        },
      },
    });
    const { data } = await signInWithDiscord(client);
    expect(data.user?.identities?.[0]?.id).toBe(discordId);
    const nextRequest = createServerClient(supabase.url, publishableKey, {
      cookies: { getAll: () => [...cookies].map(([name, value]) => ({ name, value })), setAll: () => {} },
    });
    expect((await nextRequest.auth.getClaims()).data?.claims.sub).toBe(data.user?.id);
  });

  test('without PKCE the session comes in the fragment', async () => {
    signInToDiscord('stan');
    const url = await authorize(supabase.connect({ flowType: 'implicit' }));
    const fragment = new URLSearchParams(url.hash.slice(1));
    const { data } = await supabase.connect().auth.getUser(fragment.get('access_token') ?? '');
    expect(data.user?.email).toBe('stan@example.test');
  });
});

describe('linking Discord to an account', () => {
  test('adds an identity, which can be removed again while another is left', async () => {
    const { client, userId } = await supabase.signUp('uma');
    signInToDiscord('uma-on-discord');
    const url = await link(client);
    expect(url.searchParams.get('error')).toBeNull();
    const { data } = await client.auth.getUserIdentities();
    expect(data?.identities.map((identity) => identity.provider)).toEqual(['email', 'discord']);
    expect((await signInWithDiscord(supabase.connect())).data.user?.id).toBe(userId);
    const identity = data?.identities[1];
    if (!identity) throw new Error('There is no Discord identity.');
    expect((await client.auth.unlinkIdentity(identity)).error).toBeNull();
    expect((await client.auth.unlinkIdentity(identity)).error).toMatchObject({
      code: 'single_identity_not_deletable',
    });
    const email = (await client.auth.getUserIdentities()).data?.identities[0];
    if (!email) throw new Error('There is no e-mail identity.');
    expect((await client.auth.unlinkIdentity(email)).error).toMatchObject({
      code: 'single_identity_not_deletable',
      status: 422,
    });
    const [user] = await supabase.database
      .admin`select raw_app_meta_data as app from auth.users where id = ${userId}`;
    expect(user?.app).toMatchObject({ provider: 'email', providers: ['email'] });
  });

  test('an account that somebody else has linked is refused by name', async () => {
    const { client: first } = await supabase.signUp('vic');
    signInToDiscord('shared');
    await link(first);
    const { client: second } = await supabase.signUp('wes');
    const url = await link(second);
    expect(url.pathname).toBe('/profile');
    expect(url.searchParams.get('error_code')).toBe('identity_already_exists');
    expect(url.searchParams.get('error_description')).toBe('Identity is already linked to another user');
    const own = await link(first);
    expect(own.searchParams.get('error_description')).toBe('Identity is already linked');
  });

  test('nobody can unlink what belongs to somebody else', async () => {
    const { client: owner } = await supabase.signUp('xia');
    signInToDiscord('xia-on-discord');
    await link(owner);
    const { client: other } = await supabase.signUp('yan');
    signInToDiscord('yan-on-discord');
    await link(other);
    const identity = (await owner.auth.getUserIdentities()).data?.identities[1];
    if (!identity) throw new Error('There is no Discord identity.');
    expect((await other.auth.unlinkIdentity(identity)).error).toMatchObject({ code: 'identity_not_found' });
  });
});
