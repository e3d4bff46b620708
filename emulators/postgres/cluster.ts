// One Postgres server with a separate data directory: initialised, started, stopped, and recovered after a
// kill. bootstrap.ts sets up its roles and schemas.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { installDistribution } from './distribution.ts';
import { findPostgresUser } from './os-user.ts';
import { isProcessOf } from './server-process.ts';

/**
 * How to run a server; with `isDurable: false` commits do not wait for the disk, so a killed server may lose
 * its last moments.
 */
export interface ClusterOptions {
  directory: string;
  port: number;
  isDurable: boolean;
  onLog: (line: string) => void;
}

/** A running server. `stop` disconnects everybody and resolves when the server has ended. */
export interface Cluster {
  process: ChildProcess;
  exited: Promise<void>;
  stop: () => Promise<void>;
}

const locale = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8';

/** Connection string of the superuser `supabase_admin`. */
export function getSuperuserUrl(port: number, password: string, database = 'postgres'): string {
  return `postgresql://supabase_admin:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

/**
 * Connection string of `postgres`, which runs migrations. It has the password of every local Supabase
 * project, because it is not a superuser: it cannot run programs or read files.
 */
export function getOwnerUrl(port: number, database = 'postgres'): string {
  return `postgresql://postgres:postgres@127.0.0.1:${port}/${database}`;
}

/** Creates the data directory if there is none. An interrupted attempt leaves nothing that looks finished. */
export async function initialiseCluster(directory: string, superuserPassword: string): Promise<void> {
  if (existsSync(path.join(directory, 'PG_VERSION'))) return;
  const user = findPostgresUser();
  const suffix = randomBytes(4).toString('hex');
  const unfinished = `${directory}.${suffix}`;
  const passwordFile = `${directory}.${suffix}.password`;
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, superuserPassword, { mode: 0o600 });
  try {
    if (user) {
      chownSync(unfinished, user.uid, user.gid);
      chownSync(passwordFile, user.uid, user.gid);
    }
    await runInitdb(unfinished, passwordFile);
    renameSync(unfinished, directory);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(unfinished, { recursive: true, force: true });
  }
}

async function runInitdb(directory: string, passwordFile: string): Promise<void> {
  const child = spawn(
    path.join(installDistribution(), 'initdb'),
    [
      `--pgdata=${directory}`,
      '--username=supabase_admin',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      `--locale=${locale}`,
      '--lc-messages=C',
    ],
    { ...findPostgresUser(), cwd: '/', stdio: ['ignore', 'ignore', 'pipe'], env: makeServerEnvironment() },
  );
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const code = await waitForExit(child);
  if (code !== 0) throw new Error(`Postgres could not create its data directory: ${output.trim()}`);
}

/**
 * Starts the server on an existing data directory and resolves when it accepts connections. A server left
 * over from a killed run is ended first. Throws with Postgres' own reason if it refuses.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  await clearLeftovers(options.directory);
  const deadline = Date.now() + 15_000;
  for (;;) {
    const attempt = await tryStart(options);
    if ('cluster' in attempt) return attempt.cluster;
    // Children of a killed server notice within moments that it is gone; until then they hold its memory.
    const isHeld = /shared memory block|lock file "postmaster.pid" already exists/.test(attempt.reason);
    if (!isHeld || Date.now() > deadline) throw new Error(`Postgres refused to start: ${attempt.reason}`);
    await delay(200);
  }
}

async function tryStart(options: ClusterOptions): Promise<{ cluster: Cluster } | { reason: string }> {
  const child = spawn(
    path.join(installDistribution(), 'postgres'),
    ['-D', options.directory, '-p', String(options.port), ...makeSettings(options.isDurable)],
    { ...findPostgresUser(), cwd: '/', stdio: ['ignore', 'ignore', 'pipe'], env: makeServerEnvironment() },
  );
  const exited = waitForExit(child).then(() => undefined);
  let reason = 'it gave no reason.';
  const isReady = await new Promise<boolean>((resolve) => {
    child.once('exit', () => resolve(false));
    child.once('error', (error) => {
      reason = error.message;
      resolve(false);
    });
    let rest = '';
    child.stderr.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        options.onLog(line);
        const problem = /(?:FATAL|PANIC):\s+(.*)/.exec(line)?.[1] ?? /could not bind.*/.exec(line)?.[0];
        if (problem) reason = problem;
        if (line.includes('database system is ready to accept connections')) resolve(true);
      }
    });
  });
  if (!isReady) return { reason };
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await exited;
  };
  return { cluster: { process: child, exited, stop } };
}

/**
 * Ends a server that outlived its parent, and removes a lock file whose process id now belongs to another
 * program.
 */
async function clearLeftovers(directory: string): Promise<void> {
  const lockFile = path.join(directory, 'postmaster.pid');
  if (!existsSync(lockFile)) return;
  const pid = Number(readFileSync(lockFile, 'utf8').split('\n')[0]);
  if (!isProcessOf(pid, directory)) {
    rmSync(lockFile, { force: true });
    return;
  }
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + 10_000;
  while (isProcessOf(pid, directory)) {
    if (Date.now() > deadline) process.kill(pid, 'SIGQUIT');
    await delay(50);
  }
}

function makeSettings(isDurable: boolean): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    wal_level: 'logical',
    search_path: '"$user", public, extensions',
    timezone: 'UTC',
    log_timezone: 'UTC',
    jit: 'off',
    log_min_duration_statement: '1000',
    client_connection_check_interval: '1s',
    ...(isDurable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function makeServerEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: locale, LC_MESSAGES: 'C', TZ: 'UTC' };
}

async function waitForExit(child: ChildProcess): Promise<number | null> {
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code));
  });
}
