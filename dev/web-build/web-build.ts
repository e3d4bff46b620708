// The web app is rebuilt only if one of its inputs changed. Builds are stored under a hash of their inputs,
// so a running stack never sees its files replaced.
import { createHash, randomUUID } from 'node:crypto';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from '../process/run-command.ts';
import { type Environment, repositoryDirectory } from '../stack/environment.ts';
import { getSystemEnvironment } from '../stack/stack-parts.ts';
import { lockDirectory } from '../supervisor/directory-lock.ts';
import { markUsed, removeOldBuilds } from './web-build-cache.ts';

const inputs = [
  'web/{src,static}/**',
  'web/*.{ts,json}',
  'domain/**',
  'supabase/store/**',
  'supabase/*.ts',
  'package-lock.json',
  'tsconfig.json',
];
const keptBuildCount = 3;
const lockWaitMs = 180_000;

/**
 * Returns the folder of a build for the current sources, which stays for the lifetime of this process. Throws
 * with the builder's output.
 */
export async function ensureWebBuild(environment: Environment, signal: AbortSignal): Promise<string> {
  const cache = path.join(repositoryDirectory, '.local/cache');
  const target = path.join(cache, `web-${hashInputs()}`);
  const lockFolder = path.join(cache, 'web-build');
  mkdirSync(lockFolder, { recursive: true });
  const lock = await waitForLock(lockFolder);
  try {
    if (!existsSync(target)) await build(target, environment, signal);
    markUsed(target);
    removeOldBuilds(cache, keptBuildCount);
    return target;
  } finally {
    lock.release();
  }
}

async function build(target: string, environment: Environment, signal: AbortSignal): Promise<void> {
  const vite = path.join(repositoryDirectory, 'node_modules/vite/bin/vite.js');
  await runCommand({
    command: [process.execPath, vite, 'build', '--config', 'web/vite.config.ts', '--logLevel', 'warn'],
    directory: repositoryDirectory,
    environment: { ...getSystemEnvironment(), ...environment, NODE_ENV: 'production', NO_COLOR: '1' },
    failure: 'The web app could not be built.',
    signal,
  });
  const copy = `${target}.${randomUUID()}`;
  cpSync(path.join(repositoryDirectory, 'web/build'), copy, { recursive: true });
  renameSync(copy, target);
}

function hashInputs(): string {
  const hash = createHash('sha256');
  const files = globSync(inputs, { cwd: repositoryDirectory }).sort();
  for (const file of files) {
    const absolute = path.join(repositoryDirectory, file);
    if (/\.test\.ts$/.test(file) || !statSync(absolute).isFile()) continue;
    hash.update(`${file}\n`).update(readFileSync(absolute));
  }
  return hash.digest('hex').slice(0, 16);
}

async function waitForLock(folder: string): Promise<{ release: () => void }> {
  const deadline = Date.now() + lockWaitMs;
  for (;;) {
    try {
      return lockDirectory(folder);
    } catch (cause) {
      if (Date.now() > deadline) throw new Error('Another build of the web app does not finish.', { cause });
      await delay(250);
    }
  }
}
