// The builds of the web app that are kept. Callers hold the lock of the cache.
import {
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { identifyProcess } from '../supervisor/process-identity.ts';

const usersFolder = 'used-by';

/** Keeps a build for the lifetime of this process. */
export function markUsed(build: string): void {
  const users = path.join(build, usersFolder);
  mkdirSync(users, { recursive: true });
  writeFileSync(path.join(users, String(process.pid)), identifyProcess(process.pid) ?? '');
  const now = new Date();
  utimesSync(build, now, now);
}

/** Removes all builds except the most recent ones and those in use. */
export function removeOldBuilds(cache: string, keptCount: number): void {
  const builds = globSync('web-*', { cwd: cache })
    .filter((name) => /^web-[0-9a-f]{16}$/.test(name))
    .map((name) => path.join(cache, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const old of builds.slice(keptCount)) if (!isInUse(old)) rmSync(old, { recursive: true, force: true });
}

function isInUse(build: string): boolean {
  const users = path.join(build, usersFolder);
  try {
    return readdirSync(users).some(
      (pid) => identifyProcess(Number(pid)) === readFileSync(path.join(users, pid), 'utf8'),
    );
  } catch {
    return false;
  }
}
