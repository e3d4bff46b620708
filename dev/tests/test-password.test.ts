import { statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { getTestPassword } from './test-password.ts';

test('the password of the tests is private', () => {
  expect(getTestPassword()).toMatch(/^[\w-]{32}$/);
  const file = path.join(import.meta.dirname, '../../.local/cache/test-superuser-password');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
