import { expect, test } from 'vitest';
import { packUnsentForm, rememberAccount, takeUnsentForm } from './unsent-form.ts';

type FormCookies = Parameters<typeof takeUnsentForm>[0];

function makeCookies(): FormCookies {
  const values = new Map<string, string>();
  return {
    get: (name) => values.get(name),
    set: (name, value) => void values.set(name, value),
    delete: (name) => void values.delete(name),
    serialize: (name, value) => `${name}=${value}`,
  };
}

function makeForm(fields: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}

const request = { credit_type: 'ai', amount: '7', reason: 'A long story', idempotency_key: 'once' };

function keep(
  cookies: FormCookies,
  fields: Record<string, string> = request,
  action = 'request',
): string | null {
  const value = packUnsentForm(cookies, { path: '/profile', action, data: makeForm(fields) });
  if (value !== null) cookies.set('unsent-form', value, { path: '/' });
  return value;
}

test('what was typed is given back once, on its page, to the person who typed it', () => {
  const cookies = makeCookies();
  rememberAccount(cookies, 'pia', false);
  keep(cookies);
  expect(takeUnsentForm(cookies, 'pia', '/admin/requests')).toBeNull();
  expect(takeUnsentForm(cookies, 'pia', '/profile')).toEqual({
    account: 'pia',
    path: '/profile',
    action: 'request',
    fields: { credit_type: 'ai', amount: '7', reason: 'A long story' },
  });
  expect(takeUnsentForm(cookies, 'pia', '/profile')).toBeNull();
});

test('nobody else who signs in on the device gets it, now or later', () => {
  const cookies = makeCookies();
  rememberAccount(cookies, 'pia', false);
  keep(cookies);
  expect(takeUnsentForm(cookies, 'quinn', '/profile')).toBeNull();
  expect(takeUnsentForm(cookies, 'pia', '/profile')).toBeNull();
});

test('forms without an owner, without text or of another kind are not kept', () => {
  const cookies = makeCookies();
  expect(keep(cookies)).toBeNull();
  rememberAccount(cookies, 'pia', false);
  expect(keep(cookies, { idempotency_key: 'once', request_id: '5', reason: '  ' })).toBeNull();
  expect(keep(cookies, request, 'unlink')).toBeNull();
});

test("the longest reason fits in any script; text beyond a cookie's size is not kept", () => {
  const cookies = makeCookies();
  rememberAccount(cookies, 'a3bb189e-8bf9-3888-9912-ace4e6543002', false);
  const reason = Array.from({ length: 500 }, (_, i) =>
    String.fromCodePoint(0x1f300 + ((i * 7919) % 700)),
  ).join('');
  expect(keep(cookies, { ...request, reason })?.length).toBeLessThan(3_800);
  const noise = Array.from({ length: 9_000 }, (_, i) =>
    String.fromCodePoint(0x4e00 + ((i * i * 31) % 20_000)),
  ).join('');
  expect(keep(cookies, { ...request, reason: noise })).toBeNull();
});

test('a forged cookie is not a form', () => {
  for (const value of ['', 'nonsense', 'e30', 'AAAA']) {
    const cookies = makeCookies();
    cookies.set('unsent-form', value, { path: '/' });
    expect(takeUnsentForm(cookies, 'pia', '/profile')).toBeNull();
  }
});
