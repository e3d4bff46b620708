import { expect, test } from 'vitest';
import { localPath } from './local-path.ts';

test('a path of this site is kept with its query', () => {
  expect(localPath('/profile?tab=ledger#top', '/')).toBe('/profile?tab=ledger#top');
});

test.each([
  'https://evil.example',
  '//evil.example/x',
  '/\\evil.example',
  'javascript:alert(1)',
  'profile',
  '',
  null,
])('%s leads to the fallback', (value) => {
  expect(localPath(value, '/home')).toBe('/home');
});
