import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import { getOwnerUrl } from '#emulators/postgres/cluster.ts';
import { templateDatabase } from './test-cluster.ts';
import { getTestSuperuserUrl } from './test-password.ts';

/** A separate database for one test file or test, fully migrated and without rows of other tests. */
export interface TestDatabase {
  /** Connection string of `postgres`, the role that runs migrations and owns `public`. */
  url: string;
  /** Connection string of the superuser `supabase_admin`. */
  superuserUrl: string;
  sql: postgres.Sql;
  admin: postgres.Sql;
  /** Disconnects everybody and removes the database. */
  drop: () => Promise<void>;
}

/**
 * Copies the migrated template as files, which is much faster than through the write-ahead log. Only for the
 * vitest project `integration`.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const port = inject('postgresPort');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await runAsSuperuser(port, async (server) => {
    await server`create database ${server(name)} template ${server(templateDatabase)} strategy file_copy owner postgres`;
  });
  const url = getOwnerUrl(port, name);
  const superuserUrl = getTestSuperuserUrl(port, name);
  const sql = postgres(url, { onnotice: () => {} });
  const admin = postgres(superuserUrl, { onnotice: () => {} });
  const drop = async (): Promise<void> => {
    await Promise.all([sql.end({ timeout: 1 }), admin.end({ timeout: 1 })]);
    await runAsSuperuser(port, async (server) => {
      await server`drop database if exists ${server(name)} with (force)`;
    });
  };
  return { url, superuserUrl, sql, admin, drop };
}

async function runAsSuperuser(port: number, work: (server: postgres.Sql) => Promise<void>): Promise<void> {
  const server = postgres(getTestSuperuserUrl(port), { max: 1, onnotice: () => {} });
  try {
    await work(server);
  } finally {
    await server.end();
  }
}
