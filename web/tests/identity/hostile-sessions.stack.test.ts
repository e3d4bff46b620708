import { stringToBase64URL } from '@supabase/ssr';
import { generateKeyPair, importJWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { listProcesses } from '#dev/tests/test-stack-control.ts';

const stack = inject('stack');
const { PUBLIC_WEB_URL: webUrl = '', PUBLIC_SUPABASE_URL: supabaseUrl = '' } = stack.environment;
const pages = [
  '/',
  '/search?q=a',
  '/players/ada',
  '/compare?a=ada&b=max',
  '/periods',
  '/profile',
  '/admin/requests',
];
const others = [
  '/healthz',
  '/sign-in',
  '/auth/access-token',
  '/auth/callback?code=x',
  '/nothing',
  '/__data.json',
];
const cookieName = 'sb-127-auth-token';
const anHourAgo = Math.floor(Date.now() / 1000) - 3600;

const sessionSchema = z.looseObject({ access_token: z.string(), refresh_token: z.string() });
let session: z.infer<typeof sessionSchema>;
let claims: JWTPayload;
let key: Awaited<ReturnType<typeof importJWK>>;
const kid = String(stack.secrets.jwt_private_jwk.kid);

beforeAll(async () => {
  const response = await fetch(`${supabaseUrl}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    headers: { apikey: stack.secrets.publishable_key, 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'pia@dealscale.local', password: 'dealscale' }),
  });
  session = sessionSchema.parse(await response.json());
  const payload = Buffer.from(session.access_token.split('.')[1] ?? '', 'base64url').toString();
  claims = z.record(z.string(), z.unknown()).parse(JSON.parse(payload));
  key = await importJWK(stack.secrets.jwt_private_jwk, 'ES256');
});

const encode = (value: unknown) => `${cookieName}=base64-${stringToBase64URL(JSON.stringify(value))}`;

/** A cookie with a session that is valid except for its access token. */
const withToken = (token: string) =>
  encode({ ...session, access_token: token, expires_at: anHourAgo + 90_000 });

async function visit(path: string, cookie: string, init: RequestInit = {}) {
  const headers = { cookie, origin: webUrl, ...init.headers };
  const response = await fetch(webUrl + path, { redirect: 'manual', ...init, headers });
  const body = await response.text();
  return { status: response.status, body, cookies: response.headers.getSetCookie(), response };
}

const isCleared = (cookies: string[]) =>
  cookies.some((it) => it.startsWith(`${cookieName}=;`) && /max-age=0/i.test(it));

async function expectSignedOut(cookie: string): Promise<void> {
  const before = await listProcesses(stack.controlUrl);
  for (const path of [...pages, ...others]) {
    const { status, cookies } = await visit(path, cookie);
    expect.soft([path, status < 500]).toEqual([path, true]);
    if (path !== '/healthz') expect.soft([path, isCleared(cookies)]).toEqual([path, true]);
  }
  expect(await listProcesses(stack.controlUrl)).toEqual(before);
}

describe('an invalid session cookie leaves a visitor, and the process running', () => {
  test.each([
    '{}',
    '[]',
    '"text"',
    '7',
    '{"access_token":"x","refresh_token":"y","expires_at":9999999999,"user":"z"}',
    '{"access_token":"x","refresh_token":{},"expires_at":1,"user":{}}',
  ])('%s', async (text) => {
    await expectSignedOut(encode(JSON.parse(text)));
  });

  test.each(['base64-e30', 'base64-%%%', 'base64-', 'x', '%00%ff', '{"access_token":1}'])('%s', (text) =>
    expectSignedOut(`${cookieName}=${text}`),
  );
});

describe('a token that cannot be used leaves a visitor', () => {
  const sign = (payload: JWTPayload, header: { kid?: string } = { kid }, by = key) =>
    new SignJWT(payload).setProtectedHeader({ alg: 'ES256', typ: 'JWT', ...header }).sign(by);

  test.each<[string, () => Promise<string>]>([
    [
      'of another stack',
      async () => sign(claims, { kid: 'gone' }, (await generateKeyPair('ES256')).privateKey),
    ],
    [
      'of another stack, under our key id',
      async () => sign(claims, { kid }, (await generateKeyPair('ES256')).privateKey),
    ],
    ['that is not signed', async () => new UnsecuredJWT(claims).encode()],
    ['that names no algorithm', async () => replaceHeader(session.access_token, { alg: 'none', kid })],
    ['that names another algorithm', async () => replaceHeader(session.access_token, { alg: 'PS999', kid })],
    ['without a key id', async () => replaceHeader(session.access_token, { alg: 'ES256' })],
    ['that is malformed', async () => 'a.b.c'],
    ['that is one word', async () => 'token'],
    ['that has expired', () => sign({ ...claims, exp: anHourAgo })],
    ['that is not valid yet', () => sign({ ...claims, nbf: anHourAgo + 20_000 })],
    ['of nobody', () => sign({ ...claims, sub: undefined })],
    ['of a role that the database does not know', () => sign({ ...claims, role: 'nobody' })],
    ['that is long', () => sign({ ...claims, exp: anHourAgo, text: 'x'.repeat(4000) })],
  ])('%s', async (_name, make) => expectSignedOut(withToken(await make())));

  describe('is refused by the database although its claims are valid', () => {
    // A token expires at a whole second. The claims check tolerates that; the database does not.
    const make = async () => withToken(await sign({ ...claims, exp: anHourAgo + 90_000.5 }));

    test.each(pages)('%s is read again as a visitor', async (path) => {
      const { status, cookies, response } = await visit(path, await make());
      expect([status, response.headers.get('location')]).toEqual([303, path]);
      expect(isCleared(cookies)).toBe(true);
    });

    test('data that the page fetches agrees', async () => {
      const { status, body, cookies } = await visit('/profile/__data.json', await make());
      expect([status, JSON.parse(body)]).toMatchObject([200, { type: 'redirect', location: '/profile' }]);
      expect(isCleared(cookies)).toBe(true);
    });

    test('a change is not made, but can be after signing in', async () => {
      const body = new URLSearchParams({ visibility: 'hidden', time_zone: 'UTC' });
      const answer = await visit('/profile?/settings', await make(), { method: 'POST', body });
      const { status, cookies, response } = answer;
      expect([status, response.headers.get('location')]).toEqual([
        303,
        '/sign-in?next=%2Fprofile&problem=form_lost',
      ]);
      expect(isCleared(cookies)).toBe(true);
    });
  });
});

function replaceHeader(token: string, header: object): string {
  return [stringToBase64URL(JSON.stringify(header)), ...token.split('.').slice(1)].join('.');
}
