import { exportSPKI, importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSupabase, type TestSupabase } from '../testing/start-test-supabase.ts';

let supabase: TestSupabase;
beforeAll(async () => {
  supabase = await startTestSupabase();
  await supabase.database.sql.unsafe(`
    create table public.notes (id int);
    create function public.tell() returns int language sql set search_path = '' as 'select 1';
    grant select on public.notes to service_role;`);
});
afterAll(() => supabase.stop());

const claims = { role: 'service_role', aud: 'authenticated', sub: '11111111-1111-1111-1111-111111111111' };
const sign = (secret: string): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const forgeries: [string, () => Promise<string>][] = [
  ['the secret that signs states', () => sign(supabase.settings.stateSecret)],
  [
    'the public key, as a secret',
    async () => {
      const { d: _, ...publicJwk } = supabase.settings.signingKey;
      const key = await importJWK({ ...publicJwk, ext: true }, 'ES256', { extractable: true });
      return sign(key instanceof Uint8Array ? '' : await exportSPKI(key));
    },
  ],
  [
    'nothing',
    async () =>
      `${encode({ alg: 'none' })}.${encode({ ...claims, exp: Math.floor(Date.now() / 1000) + 60 })}.`,
  ],
  ['the secret API key', () => sign(supabase.settings.secretKey)],
];

test.each(forgeries)('a token signed with %s opens nothing', async (_, forge) => {
  const headers = { apikey: supabase.settings.publishableKey, authorization: `Bearer ${await forge()}` };
  const ask = async (path: string, init: RequestInit = {}): Promise<number> => {
    const response = await fetch(supabase.url + path, { ...init, headers: { ...headers, ...init.headers } });
    return response.status;
  };
  expect(await ask('/rest/v1/notes?select=id')).toBe(401);
  expect(await ask('/rest/v1/rpc/tell', { method: 'POST', body: '{}' })).toBe(401);
  expect([401, 403]).toContain(await ask('/auth/v1/user'));
  expect([401, 403]).toContain(await ask('/auth/v1/admin/users'));
  const body = JSON.stringify({ messages: [{ topic: 'x', event: 'x', payload: {}, private: true }] });
  const sent = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
  expect([401, 403]).toContain(await ask('/realtime/v1/api/broadcast', sent));
});
