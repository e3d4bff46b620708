import { chmodSync, mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { lockDirectory } from '../../supervisor/directory-lock.ts';
import { getPostgresDirectory } from '../environment.ts';
import { hasSecrets, loadSecrets } from '../secrets/secrets.ts';

const freeBytesMin = 400_000_000;

/** The files of a stack in its folder; other files must not be removed. */
const ownNames = [
  'postgres',
  'logs',
  'seeded',
  'discord.json',
  'discord.json.new',
  'discord-community.json',
  'secrets.json.new',
];
/** Databases that were being created when their creator was killed. */
const unfinishedDatabase = /^postgres\.[0-9a-f]{8}(\.password)?$/;

/**
 * Creates or, if `isFresh`, empties the folder of a stack, and locks it. Throws one sentence if the folder
 * cannot be used: it is in use, not writable, full, or not a stack's. Files that a stack did not create are
 * kept, even if `isFresh`.
 */
export function prepareDataDirectory(directory: string, isFresh: boolean): { release: () => void } {
  try {
    const madeDirectory = mkdirSync(directory, { recursive: true });
    // Postgres may run as another account and needs to traverse the folder; its own files stay private.
    if (madeDirectory !== undefined) chmodSync(directory, 0o755);
    const { bavail, bsize } = statfsSync(directory);
    if (bavail * bsize < freeBytesMin) {
      throw new Error(`There is too little room for a stack in ${directory}: free at least 400 MB.`);
    }
    const lock = lockDirectory(directory);
    try {
      assertOwn(directory);
      if (isFresh) emptyDirectory(directory);
    } catch (error) {
      lock.release();
      throw error;
    }
    return lock;
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      throw new Error(`The folder ${directory} cannot be used: ${explain(error.code)}`, { cause: error });
    }
    throw error;
  }
}

function assertOwn(directory: string): void {
  const names = readdirSync(directory).filter((name) => name !== 'stack.lock');
  if (names.length === 0 || hasSecrets(directory)) return;
  throw new Error(
    `${directory} holds files that are not a stack's; choose another folder or empty it yourself.`,
  );
}

/** The secrets are deleted last and recreated at once, because they identify the folder as a stack's. */
function emptyDirectory(directory: string): void {
  rmSync(getPostgresDirectory(directory), { recursive: true, force: true });
  const names = readdirSync(directory).filter(
    (name) => ownNames.includes(name) || unfinishedDatabase.test(name),
  );
  for (const name of names) rmSync(path.join(directory, name), { recursive: true, force: true });
  if (!hasSecrets(directory)) return;
  rmSync(path.join(directory, 'secrets.json'));
  loadSecrets(directory);
}

function explain(code: unknown): string {
  if (code === 'EACCES' || code === 'EPERM') return 'this account may not write there.';
  if (code === 'EROFS') return 'it is on a read-only disk.';
  if (code === 'ENOSPC') return 'the disk is full.';
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'there is a file of that name.';
  return `the system reports ${String(code)}.`;
}
