import { createServerClient } from '@supabase/ssr';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDiscordPerson, type DiscordPerson } from '../../testing/discord-person.ts';
import {
  publishableKey,
  siteUrl,
  startTestSupabase,
  type TestSupabase,
} from '../../testing/start-test-supabase.ts';

let supabase: TestSupabase;
let discord: DiscordPerson;

beforeAll(async () => {
  supabase = await startTestSupabase();
  discord = createDiscordPerson(supabase.discord);
});
afterAll(() => supabase.stop());

async function link(client: SupabaseClient): Promise<URL> {
  const { data, error } = await client.auth.linkIdentity({
    provider: 'discord',
    options: { redirectTo: `${siteUrl}/profile` },
  });
  if (error) throw error;
  return discord.follow(data.url);
}

describe('signing in with Discord', () => {
  test('gives a session with what Discord knows, and its tokens once', async () => {
    const discordId = discord.become('nelly');
    const client = supabase.connect();
    const { data, error } = await discord.signIn(client);
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
    const again = await discord.signIn(supabase.connect());
    expect(again.data.user?.id).toBe(data.user?.id);
  });

  test('reports in the URL when the person declines or has no e-mail address', async () => {
    supabase.discord.signedIn = null;
    const declined = await discord.authorize(supabase.connect());
    expect(declined.searchParams.get('error')).toBe('access_denied');
    expect(declined.searchParams.get('code')).toBeNull();
    discord.become('nomail', { email: undefined });
    const refused = await discord.authorize(supabase.connect());
    expect(refused.searchParams.get('error_description')).toBe(
      'Error getting user email from external provider',
    );
    expect(refused.hash).toContain('error_code=unexpected_failure');
  });

  test('never returns to an address that is not allowed', async () => {
    discord.become('olga');
    const url = await discord.authorize(supabase.connect(), 'https://evil.example/steal');
    expect(url.origin).toBe(siteUrl);
  });

  test('a state that was changed, used before or made elsewhere is refused', async () => {
    discord.become('pete');
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
    expect((await discord.follow(forged.toString())).searchParams.get('error_code')).toBe('bad_oauth_state');
    const good = await discord.follow(callback.toString());
    expect(good.searchParams.get('code')).toBeTruthy();
    expect((await discord.follow(callback.toString())).searchParams.get('error_code')).toBe(
      'bad_oauth_state',
    );
  });

  test('a code needs its verifier, works once and only for five minutes', async () => {
    discord.become('quin');
    const client = supabase.connect();
    const code = (await discord.authorize(client)).searchParams.get('code') ?? '';
    const thief = supabase.connect();
    await thief.auth.signInWithOAuth({ provider: 'discord', options: { skipBrowserRedirect: true } });
    const stolen = await thief.auth.exchangeCodeForSession(code);
    expect(stolen.error).toMatchObject({ code: 'bad_code_verifier' });
    expect((await client.auth.exchangeCodeForSession(code)).error).toMatchObject({
      code: 'flow_state_not_found',
    });
    const late = (await discord.authorize(client)).searchParams.get('code') ?? '';
    await supabase.database.admin`
      update auth.flow_state set auth_code_issued_at = now() - interval '6 minutes' where auth_code = ${late}`;
    expect((await client.auth.exchangeCodeForSession(late)).error).toMatchObject({
      code: 'flow_state_expired',
    });
  });

  test('works for a server-rendered page with cookies', async () => {
    const discordId = discord.become('rita');
    const cookies = new Map<string, string>();
    const client = createServerClient(supabase.url, publishableKey, {
      cookies: {
        getAll: () => [...cookies].map(([name, value]) => ({ name, value })),
        setAll: (changed) => {
          for (const { name, value } of changed) cookies.set(name, value);
        },
      },
    });
    const { data } = await discord.signIn(client);
    expect(data.user?.identities?.[0]?.id).toBe(discordId);
    const nextRequest = createServerClient(supabase.url, publishableKey, {
      cookies: { getAll: () => [...cookies].map(([name, value]) => ({ name, value })), setAll: () => {} },
    });
    expect((await nextRequest.auth.getClaims()).data?.claims.sub).toBe(data.user?.id);
  });

  test('without PKCE the session comes in the fragment', async () => {
    discord.become('stan');
    const url = await discord.authorize(supabase.connect({ flowType: 'implicit' }));
    const fragment = new URLSearchParams(url.hash.slice(1));
    const { data } = await supabase.connect().auth.getUser(fragment.get('access_token') ?? '');
    expect(data.user?.email).toBe('stan@example.test');
  });
});

describe('linking Discord to an account', () => {
  test('adds an identity, which can be removed again while another is left', async () => {
    const { client, userId } = await supabase.signUp('uma');
    discord.become('uma-on-discord');
    const url = await link(client);
    expect(url.searchParams.get('error')).toBeNull();
    const { data } = await client.auth.getUserIdentities();
    expect(data?.identities.map((identity) => identity.provider)).toEqual(['email', 'discord']);
    expect((await discord.signIn(supabase.connect())).data.user?.id).toBe(userId);
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
    discord.become('shared');
    await link(first);
    const { client: second } = await supabase.signUp('wes');
    const url = await link(second);
    expect(url.pathname).toBe('/profile');
    expect(url.searchParams.get('error_code')).toBe('identity_already_exists');
    expect(url.searchParams.get('error_description')).toBe('Identity is already linked to another user');
    const own = await link(first);
    expect(own.searchParams.get('error_description')).toBe('Identity is already linked');
  });

  test("nobody can unlink somebody else's identity", async () => {
    const { client: owner } = await supabase.signUp('xia');
    discord.become('xia-on-discord');
    await link(owner);
    const { client: other } = await supabase.signUp('yan');
    discord.become('yan-on-discord');
    await link(other);
    const identity = (await owner.auth.getUserIdentities()).data?.identities[1];
    if (!identity) throw new Error('There is no Discord identity.');
    expect((await other.auth.unlinkIdentity(identity)).error).toMatchObject({ code: 'identity_not_found' });
  });
});
