import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applicationId, guildId } from '../testing/book-club.ts';
import { clientSecret, request, startTestSandbox, type TestSandbox } from '../testing/start-test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());

const redirectUri = 'http://127.0.0.1:54321/auth/v1/callback';

function authorizeUrl(change: Record<string, string> = {}): string {
  const query = {
    response_type: 'code',
    client_id: applicationId,
    redirect_uri: redirectUri,
    scope: 'identify email',
    state: 'xyz',
  };
  return `${sandbox.url()}/oauth2/authorize?${new URLSearchParams({ ...query, ...change })}`;
}

/** Submits the consent page; returns the redirect URL. */
async function decide(form: Record<string, string>, change: Record<string, string> = {}): Promise<URL> {
  const body = new URLSearchParams(form);
  const response = await fetch(authorizeUrl(change), { method: 'POST', body, redirect: 'manual' });
  expect(response.status).toBe(302);
  return new URL(response.headers.get('location') ?? '');
}

async function getCode(change: Record<string, string> = {}): Promise<string> {
  const url = await decide({ username: 'lena', decision: 'authorize' }, change);
  return url.searchParams.get('code') ?? '';
}

async function token(form: Record<string, string>, headers: Record<string, string> = {}) {
  const inBody: Record<string, string> = { client_id: applicationId, client_secret: clientSecret };
  const client = headers.authorization ? {} : inBody;
  const response = await fetch(`${sandbox.url()}/api/oauth2/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      redirect_uri: redirectUri,
      ...client,
      ...form,
    }),
  });
  return { status: response.status, body: await response.json() };
}

const asPerson = (path: string, accessToken: string) =>
  request('GET', `${sandbox.url()}/api/v10${path}`, undefined, { authorization: `Bearer ${accessToken}` });

test('a person signs in: code, token, and an account with a verified e-mail address', async () => {
  const url = await decide({ username: 'lena', decision: 'authorize' });
  expect([url.origin + url.pathname, url.searchParams.get('state')]).toEqual([redirectUri, 'xyz']);
  const { body } = await token({ code: url.searchParams.get('code') ?? '' });
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 604800, scope: 'identify email' });
  const self = await asPerson('/users/@me', body.access_token);
  expect(self.body).toMatchObject({
    username: 'lena',
    email: 'lena@example.test',
    verified: true,
    discriminator: '0',
  });
  expect((await asPerson('/oauth2/@me', body.access_token)).body.scopes).toEqual(['identify', 'email']);
});

test('a token opens only its scopes', async () => {
  const { body } = await token({ code: await getCode({ scope: 'identify' }) });
  expect((await asPerson('/users/@me', body.access_token)).body).not.toHaveProperty('email');
  expect((await asPerson('/users/@me/guilds', body.access_token)).status).toBe(401);
  const wider = await token({ code: await getCode({ scope: 'identify guilds' }) });
  expect((await asPerson('/users/@me/guilds', wider.body.access_token)).body[0].id).toBe(guildId);
});

test('a code works once, for 100 seconds, for its own redirect and client', async () => {
  const code = await getCode();
  expect((await token({ code })).status).toBe(200);
  expect(await token({ code })).toEqual({
    status: 400,
    body: { error: 'invalid_grant', error_description: 'Invalid "code" in request.' },
  });
  const late = await getCode();
  await sandbox.control('POST', 'clock/advance', { ms: 100_000 });
  expect((await token({ code: late })).body.error).toBe('invalid_grant');
  expect((await token({ code: await getCode(), redirect_uri: 'http://127.0.0.1/other' })).body.error).toBe(
    'invalid_grant',
  );
  const stranger = `Basic ${Buffer.from(`${applicationId}:wrong`).toString('base64')}`;
  expect(await token({ code: await getCode() }, { authorization: stranger })).toEqual({
    status: 401,
    body: { error: 'invalid_client' },
  });
});

test('PKCE: only the requester can use the code', async () => {
  const verifier = 'v'.repeat(64);
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
  expect((await token({ code: await getCode(pkce) })).body.error).toBe('invalid_grant');
  expect((await token({ code: await getCode(pkce), code_verifier: 'w'.repeat(64) })).body.error).toBe(
    'invalid_grant',
  );
  expect((await token({ code: await getCode(pkce), code_verifier: verifier })).status).toBe(200);
});

test('Cancel tells the application, with its state', async () => {
  const url = await decide({ decision: 'cancel' });
  expect([url.searchParams.get('error'), url.searchParams.get('state')]).toEqual(['access_denied', 'xyz']);
  expect(url.searchParams.has('code')).toBe(false);
});

test('a refresh token works once; revoking ends every token of the person', async () => {
  const first = (await token({ code: await getCode() })).body;
  const refresh = { grant_type: 'refresh_token', refresh_token: first.refresh_token };
  const second = (await token(refresh)).body;
  expect((await token(refresh)).body.error).toBe('invalid_grant');
  expect((await asPerson('/users/@me', first.access_token)).status).toBe(401);
  const body = new URLSearchParams({
    token: second.access_token,
    client_id: applicationId,
    client_secret: clientSecret,
  });
  expect((await fetch(`${sandbox.url()}/api/oauth2/token/revoke`, { method: 'POST', body })).status).toBe(
    200,
  );
  expect((await asPerson('/users/@me', second.access_token)).status).toBe(401);
});

test('the token route takes forms only', async () => {
  const reply = await request('POST', `${sandbox.url()}/api/oauth2/token`, {
    grant_type: 'authorization_code',
  });
  expect([reply.status, reply.body.error]).toEqual([400, 'invalid_request']);
});

test('the page names the sandbox, the scopes in words, and every person', async () => {
  const html = await (await fetch(authorizeUrl())).text();
  expect(html).toContain('Sandbox, not Discord');
  expect(html).toContain('See your e-mail address');
  expect(html).toContain('Carla &quot;CJ&quot; &lt;Jones&gt; &amp; Co');
});

test('a foreign redirect or an unknown application gets a page, never a redirect', async () => {
  const foreign = await fetch(authorizeUrl({ redirect_uri: 'https://evil.example/callback' }), {
    redirect: 'manual',
  });
  const unknown = await fetch(authorizeUrl({ client_id: '1' }), { redirect: 'manual' });
  expect([foreign.status, unknown.status]).toEqual([400, 400]);
  const scope = await fetch(authorizeUrl({ scope: 'everything' }), { redirect: 'manual' });
  expect(new URL(scope.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_scope');
});

test('prompt=none skips the page for a person who agreed before', async () => {
  const again = async (cookie: string) =>
    (await fetch(authorizeUrl({ prompt: 'none' }), { redirect: 'manual', headers: { cookie } })).status;
  const response = await fetch(authorizeUrl(), {
    method: 'POST',
    body: new URLSearchParams({ username: 'ivo', decision: 'authorize' }),
    redirect: 'manual',
  });
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect(await again(cookie)).toBe(200);
  await token({ code: new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? '' });
  expect(await again(cookie)).toBe(302);
  expect(await again('')).toBe(200);
});
