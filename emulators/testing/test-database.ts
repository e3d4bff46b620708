import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import { getOwnerUrl, getSuperuserUrl } from '../postgres/cluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The port of this test run's Postgres server, and its superuser's password. */
    postgresPort: number;
    superuserPassword: string;
  }
}

/** A separate database for one test file or test, without rows of other tests. */
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

/** The template that equals a new hosted project: the platform's roles and schemas, and no product. */
export const bareTemplate = 'bare_template';

/**
 * Copies a template database as files, which is much faster than through the write-ahead log. Only for the
 * vitest project `integration`.
 */
export async function createTestDatabase(template: string = bareTemplate): Promise<TestDatabase> {
  const port = inject('postgresPort');
  const password = inject('superuserPassword');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const runAsSuperuser = async (work: (server: postgres.Sql) => Promise<unknown>): Promise<void> => {
    const server = postgres(getSuperuserUrl(port, password), { max: 1, onnotice: () => {} });
    await work(server).finally(() => server.end());
  };
  await runAsSuperuser(
    (server) =>
      server`create database ${server(name)} template ${server(template)} strategy file_copy owner postgres`,
  );
  const url = getOwnerUrl(port, name);
  const superuserUrl = getSuperuserUrl(port, password, name);
  const sql = postgres(url, { onnotice: () => {} });
  const admin = postgres(superuserUrl, { onnotice: () => {} });
  const drop = async (): Promise<void> => {
    await Promise.all([sql.end({ timeout: 1 }), admin.end({ timeout: 1 })]);
    await runAsSuperuser((server) => server`drop database if exists ${server(name)} with (force)`);
  };
  return { url, superuserUrl, sql, admin, drop };
}
