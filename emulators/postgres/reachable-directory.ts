import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { OsUser } from './os-user.ts';

/** Whether that user can traverse every existing folder on the way to `directory`. */
export function isReachable(directory: string, user: OsUser): boolean {
  for (let folder = path.resolve(directory); ; folder = path.dirname(folder)) {
    if (existsSync(folder)) {
      const { mode, uid, gid } = statSync(folder);
      const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
      if ((mode & bit) === 0) return false;
    }
    if (folder === path.dirname(folder)) return true;
  }
}

/**
 * A folder for Postgres' files that its account can reach: `directory` itself if possible, otherwise a
 * derived path below /var/tmp (root's private home is closed to every other account).
 * @param owner the first part of the derived folder's name
 */
export function findReachableDirectory(
  directory: string,
  user: OsUser | null,
  owner = 'embedded-postgres',
): string {
  const absolute = path.resolve(directory);
  if (user === null || isReachable(absolute, user)) return absolute;
  const base = path.join('/var/tmp', `${owner}-${process.getuid?.() ?? 0}`);
  mkdirSync(base, { recursive: true, mode: 0o755 });
  const { uid } = lstatSync(base);
  if (uid !== process.getuid?.()) {
    throw new Error(`${base} belongs to someone else; remove it or choose a folder that everybody can read.`);
  }
  const key = createHash('sha256').update(absolute).digest('hex').slice(0, 12);
  return path.join(base, `${path.basename(absolute)}-${key}`);
}
