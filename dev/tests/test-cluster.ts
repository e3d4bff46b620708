// A migrated cluster takes seconds to create and is the same for every test run, so it is cached under a hash
// of its inputs and copied for each run.
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { bootstrapCluster } from '#emulators/postgres/bootstrap.ts';
import { getOwnerUrl, initialiseCluster, startCluster } from '#emulators/postgres/cluster.ts';
import { installDistribution } from '#emulators/postgres/distribution.ts';
import { findPostgresUser } from '#emulators/postgres/os-user.ts';
import { findReachableDirectory } from '#emulators/postgres/reachable-directory.ts';
import { findFreePort } from '#emulators/process/free-port.ts';
import { makeTemporaryDirectory } from '#emulators/process/temporary-directory.ts';
import { prepareDatabase } from '#emulators/supabase/prepare-database.ts';
import { bareTemplate } from '#emulators/testing/test-database.ts';
import { applyMigrations } from '../database/migrate.ts';
import { migrationsDirectory } from '../database/migration-files.ts';
import { getTestPassword, getTestSuperuserUrl } from './test-password.ts';

/** The migrated template of every test database; nobody can connect to it. */
export const templateDatabase = 'migrated_template';

const cacheDirectory = path.join(import.meta.dirname, '../../.local/cache');
const keptClusterCount = 4;
const memoryNeeded = 4 * 1024 ** 3;

/** Copies the migrated cluster, creating it if needed, to a new temporary folder and returns that folder. */
export async function copyTestCluster(): Promise<string> {
  const cached = await ensureTestCluster();
  const copy = path.join(makeTemporaryDirectory('dealscale-test-', findMemoryFolder()), 'postgres');
  execFileSync('cp', ['-Rp', cached, copy]);
  return copy;
}

/**
 * A memory-backed folder, if the machine has one with enough space; creating a database is much faster there.
 */
function findMemoryFolder(): string | undefined {
  const folder = '/dev/shm';
  if (!existsSync(folder)) return undefined;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize >= memoryNeeded ? folder : undefined;
}

async function ensureTestCluster(): Promise<string> {
  const name = `test-cluster-${hashInputs()}`;
  const target = findReachableDirectory(path.join(cacheDirectory, name), findPostgresUser(), 'dealscale');
  if (existsSync(target)) return target;
  mkdirSync(path.dirname(target), { recursive: true });
  const unfinished = `${target}.${randomUUID()}`;
  try {
    await buildCluster(unfinished);
    if (!existsSync(target)) renameSync(unfinished, target);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  removeOldClusters(path.dirname(target));
  return target;
}

async function buildCluster(directory: string): Promise<void> {
  const port = await findFreePort();
  await initialiseCluster(directory, getTestPassword());
  const cluster = await startCluster({ directory, port, isDurable: false, onLog: () => {} });
  try {
    await bootstrapCluster(getTestSuperuserUrl(port));
    await prepareDatabase(getTestSuperuserUrl(port));
    await keepBareTemplate(port);
    await applyMigrations(getOwnerUrl(port));
    await turnIntoTemplate(port);
  } finally {
    await cluster.stop();
  }
}

/** The database as it is before the first migration, for tests of the emulators themselves. */
async function keepBareTemplate(port: number): Promise<void> {
  const sql = postgres(getTestSuperuserUrl(port, 'template1'), { max: 1, onnotice: () => {} });
  try {
    await sql`create database ${sql(bareTemplate)} template postgres is_template true allow_connections false`;
  } finally {
    await sql.end();
  }
}

async function turnIntoTemplate(port: number): Promise<void> {
  const sql = postgres(getTestSuperuserUrl(port, 'template1'), { max: 1, onnotice: () => {} });
  try {
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = 'postgres' and pid <> pg_backend_pid()`;
    await sql`alter database postgres rename to ${sql(templateDatabase)}`;
    await sql`alter database ${sql(templateDatabase)} with is_template true allow_connections false`;
    await sql`create database postgres`;
  } finally {
    await sql.end();
  }
}

function hashInputs(): string {
  const folders = [
    path.join(import.meta.dirname, '../../emulators/postgres'),
    path.join(import.meta.dirname, '../../emulators/supabase'),
    migrationsDirectory,
  ];
  const hash = createHash('sha256')
    .update(installDistribution())
    .update(getTestPassword())
    .update(bareTemplate);
  for (const folder of folders) {
    for (const name of readdirSync(folder).sort()) {
      if (!/\.sql$|^prepare-database\.ts$|^cluster\.ts$/.test(name)) continue;
      hash.update(`${name}\n`).update(readFileSync(path.join(folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

function removeOldClusters(folder: string): void {
  const clusters = readdirSync(folder)
    .filter((name) => /^test-cluster-[0-9a-f]{16}(-[0-9a-f]+)?$/.test(name))
    .map((name) => path.join(folder, name))
    .sort((a, b) => statSync(b).ctimeMs - statSync(a).ctimeMs);
  for (const old of clusters.slice(keptClusterCount)) rmSync(old, { recursive: true, force: true });
}
