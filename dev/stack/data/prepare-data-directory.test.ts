import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasSecrets, loadSecrets } from '../secrets/secrets.ts';
import { prepareDataDirectory } from './prepare-data-directory.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'data-directory-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(name: string): void {
  writeFileSync(path.join(directory, name), '{}');
}

function prepare(isFresh = false): void {
  prepareDataDirectory(directory, isFresh).release();
}

const readMode = (file: string): number => statSync(file).mode & 0o777;

describe('a folder with other files', () => {
  it.each(['letter.txt', 'secrets.json', 'logs'])('is refused at once and left as it is: %s', (name) => {
    write(name);
    for (const isFresh of [false, true]) {
      expect(() => prepare(isFresh)).toThrow("holds files that are not a stack's");
    }
    expect(readdirSync(directory)).toEqual([name]);
    expect(readMode(directory)).toBe(0o700);
  });
});

describe('a fresh start', () => {
  it("removes a stack's files, creates new secrets, and keeps everything that a person put there", () => {
    prepare();
    const before = loadSecrets(directory);
    for (const name of ['seeded', 'discord.json', 'postgres.0a1b2c3d.password', 'notes.txt']) write(name);
    mkdirSync(path.join(directory, 'postgres'));
    mkdirSync(path.join(directory, 'postgres.old'));
    prepare(true);
    expect(readdirSync(directory).sort()).toEqual(['notes.txt', 'postgres.old', 'secrets.json']);
    expect(loadSecrets(directory).api_key).not.toBe(before.api_key);
    // It is still a stack's folder.
    prepare();
  });
});

describe('permissions', () => {
  it('let others traverse a folder that it created, and leave an existing one as it is', () => {
    prepare();
    expect(readMode(directory)).toBe(0o700);
    const made = path.join(directory, 'made');
    prepareDataDirectory(made, false).release();
    expect(readMode(made)).toBe(0o755);
  });

  it('keep secrets private', () => {
    expect(hasSecrets(directory)).toBe(false);
    loadSecrets(directory);
    expect(hasSecrets(directory)).toBe(true);
    expect(readMode(path.join(directory, 'secrets.json'))).toBe(0o600);
    expect(existsSync(path.join(directory, 'secrets.json.new'))).toBe(false);
  });
});
