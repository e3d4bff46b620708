import { expect, test } from 'vitest';
import { addSecurityHeaders } from './security-headers.ts';

const local = {
  supabaseUrl: 'http://127.0.0.1:54321',
  discordUrl: 'http://127.0.0.1:4400/api',
  webUrl: 'http://127.0.0.1:3000',
};

test('the policy of a page is kept and names the outside addresses', () => {
  const headers = new Headers({ 'content-security-policy': "script-src 'self' 'nonce-x'" });
  addSecurityHeaders(headers, local);
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("script-src 'self' 'nonce-x'");
  expect(policy).toContain("connect-src 'self' http://127.0.0.1:54321 ws://127.0.0.1:54321");
  expect(policy).toContain("form-action 'self' http://127.0.0.1:54321 http://127.0.0.1:4400");
  expect(policy).not.toContain('upgrade-insecure-requests');
});

test('encrypted transport is required only where it exists', () => {
  const plain = new Headers();
  addSecurityHeaders(plain, local);
  expect(plain.has('strict-transport-security')).toBe(false);

  const encrypted = new Headers();
  addSecurityHeaders(encrypted, { ...local, webUrl: 'https://arena.example' });
  expect(encrypted.get('strict-transport-security')).toContain('max-age=');
});

test('a page is not stored by shared caches, and its own choice is respected', () => {
  const page = new Headers({ 'content-type': 'text/html' });
  addSecurityHeaders(page, local);
  expect(page.get('cache-control')).toBe('private, no-cache');

  const own = new Headers({ 'content-type': 'text/html', 'cache-control': 'no-store' });
  addSecurityHeaders(own, local);
  expect(own.get('cache-control')).toBe('no-store');
});
