import { stringToBase64URL } from '@supabase/ssr';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSessionReadable, listSessionCookies, nameSessionCookie } from './session-cookies.ts';

const key = 'sb-127-auth-token';
const session = { access_token: 'a.b.c', refresh_token: 'r', expires_at: 1_800_000_000, user: { id: '1' } };
const encode = (value: unknown) => `base64-${stringToBase64URL(JSON.stringify(value))}`;
const read = (value: string) => isSessionReadable([{ name: key, value }], key);

test.each([
  ['http://127.0.0.1:54321', key],
  ['https://abcdefgh.supabase.co', 'sb-abcdefgh-auth-token'],
])('the session of %s is kept in %s', (url, name) => expect(nameSessionCookie(url)).toBe(name));

test('a session is read whole, plain or in parts', async () => {
  expect(await read(encode(session))).toBe(true);
  expect(await read(JSON.stringify(session))).toBe(true);
  const [first, second] = [encode(session).slice(0, 40), encode(session).slice(40)];
  const parts = [
    { name: `${key}.0`, value: first },
    { name: `${key}.1`, value: second },
  ];
  expect(await isSessionReadable(parts, key)).toBe(true);
  expect(await isSessionReadable(parts.slice(1), key)).toBe(false);
});

test.each([
  {},
  [],
  null,
  'text',
  7,
  { ...session, user: 'z' },
  { ...session, user: null },
  { ...session, refresh_token: {} },
  { ...session, access_token: '' },
  { ...session, expires_at: '9999999999' },
])('%j is not a session', async (value) => expect(await read(encode(value))).toBe(false));

test('any text is read as a session or as none, and never causes an error', () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.json().map((text) => `base64-${stringToBase64URL(text)}`),
      ),
      async (value) => {
        expect(await read(value)).toBe(false);
      },
    ),
  ));

test('only cookies that a response can name are listed', () => {
  const names = [key, `${key}.0`, `${key}.01`, `${key}-code-verifier`, `${key}\x01`, 'theme'];
  const cookies = names.map((name) => ({ name, value: 'x' }));
  expect(listSessionCookies(cookies, key)).toEqual([key, `${key}.0`]);
});
