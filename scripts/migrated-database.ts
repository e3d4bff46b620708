import { rmSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { findFreePort } from '../local/free-port.ts';
import { getOwnerUrl, startCluster } from '../local/postgres/cluster.ts';
import { copyTestCluster, templateDatabase } from '../local/postgres/test-cluster.ts';
import { getTestSuperuserUrl } from '../local/postgres/test-password.ts';

/** Gives the work a database of its own with every migration applied, by the URL of its owner; removed afterwards. */
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
