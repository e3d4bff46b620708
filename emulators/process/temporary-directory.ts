import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Creates a folder for the files of a stack. Postgres may run as another account, which must be able to
 * traverse it.
 */
export function makeTemporaryDirectory(prefix: string, parent: string = tmpdir()): string {
  const directory = mkdtempSync(path.join(parent, prefix));
  chmodSync(directory, 0o755);
  return directory;
}
