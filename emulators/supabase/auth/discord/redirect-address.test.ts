import { expect, test } from 'vitest';
import { parseProjectConfig } from '../../project-config.ts';
import type { Settings } from '../../settings.ts';
import { addErrorToRedirect, chooseRedirect } from './redirect-address.ts';

const settings: Settings = {
  port: 0,
  publicUrl: '',
  databaseUrl: '',
  publishableKey: '',
  secretKey: '',
  signingKey: {},
  stateSecret: '',
  discord: { baseUrl: '', clientId: '', clientSecret: '' },
  siteUrl: 'https://site.test',
  redirectUrls: ['https://*.preview.test/auth/*', 'https://any.test/**'],
  rateLimitFactor: 1,
  functionsUrl: '',
  project: parseProjectConfig(''),
};

test.each([
  'https://site.test/anything?next=/profile',
  'https://one.preview.test/auth/callback',
  'https://any.test/deep/er?x=1#fragment',
])('%s is allowed', (address) => {
  expect(chooseRedirect(settings, address)).toBe(address);
});

test.each([
  'https://site.test.evil.test/',
  'https://site.test:8443/',
  'http://site.test/',
  'https://site.test@evil.test/',
  'https://two.one.preview.test/auth/callback',
  'https://one.preview.test/auth/call/back',
  'https://any.test.evil.test/',
  'javascript:alert(1)',
  '//evil.test',
  'not an address',
  '',
  null,
])('%s is not allowed', (address) => {
  expect(chooseRedirect(settings, address)).toBe('https://site.test');
});

test("a failure's reason is in the query and in the fragment, and keeps the existing query", () => {
  const url = new URL(
    addErrorToRedirect('https://site.test/back?keep=1', { error: 'e', code: 'c', description: 'a b' }),
  );
  expect(Object.fromEntries(url.searchParams)).toEqual({
    keep: '1',
    error: 'e',
    error_code: 'c',
    error_description: 'a b',
  });
  expect(url.hash).toBe('#error=e&error_code=c&error_description=a+b&sb=');
});
