import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { applyMigrations } from '#dev/database/migrate.ts';
import { getTestPassword, getTestSuperuserUrl } from '#dev/tests/test-password.ts';
import { bootstrapCluster } from '#emulators/postgres/bootstrap.ts';
import { getOwnerUrl, initialiseCluster, startCluster } from '#emulators/postgres/cluster.ts';
import { findFreePort } from '#emulators/process/free-port.ts';
import { prepareDatabase } from '#emulators/supabase/prepare-database.ts';

/** A separate migrated Postgres with large memory settings, removed by `stop`. */
export interface Stage {
  sql: postgres.Sql;
  port: number;
  /** Waits until the server has flushed all writes: checkpoint and vacuum would occupy one of two cores. */
  settle: () => Promise<void>;
  stop: () => Promise<void>;
}

/** Starts Postgres in a temporary folder and applies every migration. */
export async function createStage(): Promise<Stage> {
  const parent = mkdtempSync(path.join(tmpdir(), 'dealscale-bench-'));
  chmodSync(parent, 0o755);
  const directory = path.join(parent, 'postgres');
  const port = await findFreePort();
  const options = { directory, port, isDurable: false, onLog: () => {} };
  await initialiseCluster(directory, getTestPassword());
  const first = await startCluster(options);
  const admin = postgres(getTestSuperuserUrl(port), { max: 1, onnotice: () => {} });
  for (const [name, value] of Object.entries(settings)) {
    await admin.unsafe(`alter system set ${name} = '${value}'`);
  }
  await admin.end();
  await bootstrapCluster(getTestSuperuserUrl(port));
  await prepareDatabase(getTestSuperuserUrl(port));
  await applyMigrations(getOwnerUrl(port));
  await first.stop();
  trustOwner(directory);
  const cluster = await startCluster(options);
  // One connection, prepared statements, as the bench promises.
  const sql = postgres(getOwnerUrl(port), { max: 1, onnotice: () => {} });
  const stop = async () => {
    await sql.end({ timeout: 1 });
    await cluster.stop();
    rmSync(parent, { recursive: true, force: true });
  };
  return { sql, port, settle: () => settle(port), stop };
}

async function settle(port: number): Promise<void> {
  const admin = postgres(getTestSuperuserUrl(port), { max: 1, onnotice: () => {} });
  await admin`checkpoint`;
  for (;;) {
    const [working] = await admin<{ is_vacuuming: boolean }[]>`
      select count(*) > 0 as is_vacuuming from pg_stat_activity where backend_type = 'autovacuum worker'`;
    if (!working?.is_vacuuming) break;
    await delay(200);
  }
  await admin.end();
}

/** For the minimal connection, which supports no passwords; only this machine can reach the server. */
function trustOwner(directory: string): void {
  const file = path.join(directory, 'pg_hba.conf');
  writeFileSync(file, `host all postgres 127.0.0.1/32 trust\n${readFileSync(file, 'utf8')}`);
}

/** The memory of a small hosted project. */
const settings = {
  shared_buffers: '2GB',
  max_wal_size: '8GB',
  maintenance_work_mem: '512MB',
  random_page_cost: '1.1',
  // Here a thousand refreshes pass in two minutes instead of eight hours, so vacuum runs that much more
  // often.
  autovacuum_naptime: '1s',
};
