import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadSecrets } from './secrets.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'secrets-'));
  file = path.join(directory, 'secrets.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('adds what an earlier version lacked, and keeps the rest', () => {
  const { postgres_superuser_password, ...earlier } = loadSecrets(directory);
  writeFileSync(file, JSON.stringify({ ...earlier, note: 'mine' }));
  const secrets = loadSecrets(directory);
  expect(secrets).toMatchObject(earlier);
  expect(secrets.postgres_superuser_password).toMatch(/^[\w-]{32}$/);
  expect(secrets.postgres_superuser_password).not.toBe(postgres_superuser_password);
  expect(loadSecrets(directory)).toEqual(secrets);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('does not touch a file in another format', () => {
  writeFileSync(file, '{"api_key": 7}');
  expect(() => loadSecrets(directory)).toThrow();
  expect(readFileSync(file, 'utf8')).toBe('{"api_key": 7}');
});
