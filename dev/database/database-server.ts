import { rmSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { getOwnerUrl, startCluster } from '#emulators/postgres/cluster.ts';
import { findFreePort } from '#emulators/process/free-port.ts';
import { bareTemplate } from '#emulators/testing/test-database.ts';
import { copyTestCluster, templateDatabase } from '../tests/test-cluster.ts';
import { getTestSuperuserUrl } from '../tests/test-password.ts';

/** A separate server and the databases created on it. */
export interface DatabaseServer {
  /**
   * Creates a database: `prepared` equals a hosted project before the first migration, `migrated` one after the
   * last.
   * @returns connection string of its owner
   */
  createDatabase: (name: string, state: 'prepared' | 'migrated') => Promise<string>;
}

/** Runs the work with a server that is removed afterwards. */
export async function withDatabaseServer<Result>(
  work: (server: DatabaseServer) => Promise<Result>,
): Promise<Result> {
  const directory = await copyTestCluster();
  try {
    const port = await findFreePort();
    const cluster = await startCluster({ directory, port, isDurable: false, onLog: () => {} });
    const superuser = postgres(getTestSuperuserUrl(port), { max: 1, onnotice: () => {} });
    try {
      return await work({
        createDatabase: async (name, state) => {
          const template = state === 'prepared' ? bareTemplate : templateDatabase;
          await superuser`create database ${superuser(name)} template ${superuser(template)} owner postgres`;
          return getOwnerUrl(port, name);
        },
      });
    } finally {
      await superuser.end();
      await cluster.stop();
    }
  } finally {
    rmSync(path.dirname(directory), { recursive: true, force: true });
  }
}

/** Runs the work with the owner's URL of a fully migrated database, which is removed afterwards. */
export function withMigratedDatabase<Result>(work: (ownerUrl: string) => Promise<Result>): Promise<Result> {
  return withDatabaseServer(async ({ createDatabase }) => work(await createDatabase('migrated', 'migrated')));
}
