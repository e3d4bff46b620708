import fc from 'fast-check';
import { expect, test } from 'vitest';
import { localPath } from './local-path.ts';

test('a path of this site is kept with its query', () => {
  expect(localPath('/profile?tab=ledger#top', '/')).toBe('/profile?tab=ledger#top');
});

test.each([
  'https://evil.example',
  '//evil.example/x',
  '/\\evil.example',
  '/.//evil.example',
  '/..//evil.example/x',
  '/a/..//evil.example',
  '/%2e//evil.example',
  '/./\\evil.example',
  '/\t/evil.example',
  'javascript:alert(1)',
  'profile',
  '',
  null,
])('%s leads to the fallback', (value) => {
  expect(localPath(value, '/home')).toBe('/home');
});

test('wherever a browser stands on this site, the path leads to this site', () => {
  const parts = [
    '/',
    '//',
    '\\',
    '.',
    '..',
    '%2e',
    '%2f',
    '%5c',
    '@',
    ':',
    '?',
    '#',
    '\t',
    '\n',
    ' ',
    '\u0000',
    'ü',
    '。',
  ];
  const piece = fc.oneof(
    fc.constantFrom(...parts, 'evil.example', 'https', 'a', 'user:pw'),
    fc.string({ maxLength: 3 }),
  );
  const value = fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`);
  const pages = [
    'https://arena.example/',
    'https://arena.example/auth/callback?code=1',
    'http://127.0.0.1:3000/a/b/',
  ];
  fc.assert(
    fc.property(value, fc.constantFrom(...pages), (given, page) => {
      const path = localPath(given, '/home');
      expect(path.startsWith('/')).toBe(true);
      expect(new URL(path, page).origin).toBe(new URL(page).origin);
    }),
    { numRuns: 5_000 },
  );
});
