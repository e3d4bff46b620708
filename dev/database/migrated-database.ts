import { rmSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { getOwnerUrl, startCluster } from '#emulators/postgres/cluster.ts';
import { findFreePort } from '#emulators/process/free-port.ts';
import { copyTestCluster, templateDatabase } from '../tests/test-cluster.ts';
import { getTestSuperuserUrl } from '../tests/test-password.ts';

/** Runs work with the owner's URL of a separate, fully migrated database, which is removed afterwards. */
export async function withMigratedDatabase<Result>(
  work: (ownerUrl: string) => Promise<Result>,
): Promise<Result> {
  const directory = await copyTestCluster();
  try {
    const port = await findFreePort();
    const cluster = await startCluster({ directory, port, isDurable: false, onLog: () => {} });
    try {
      const server = postgres(getTestSuperuserUrl(port), { max: 1, onnotice: () => {} });
      await server`create database migrated template ${server(templateDatabase)} owner postgres`;
      await server.end();
      return await work(getOwnerUrl(port, 'migrated'));
    } finally {
      await cluster.stop();
    }
  } finally {
    rmSync(path.dirname(directory), { recursive: true, force: true });
  }
}
