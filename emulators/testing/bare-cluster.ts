import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { bootstrapCluster } from '../postgres/bootstrap.ts';
import { type Cluster, getSuperuserUrl, initialiseCluster, startCluster } from '../postgres/cluster.ts';
import { findFreePort } from '../process/free-port.ts';
import { makeTemporaryDirectory } from '../process/temporary-directory.ts';
import { prepareDatabase } from '../supabase/prepare-database.ts';

/** A separate Postgres server, for tests that kill it or change its passwords. */
export interface BareCluster {
  port: number;
  password: string;
  /** Connection string of the superuser to the only database. */
  superuserUrl: string;
  /** Starts the server, or starts it again after it was killed. */
  start: () => Promise<Cluster>;
  remove: () => void;
}

/** Creates a server like that of a new hosted project, without starting it. */
export async function makeBareCluster(isDurable: boolean): Promise<BareCluster> {
  const directory = path.join(makeTemporaryDirectory('bare-cluster-'), 'postgres');
  const password = randomBytes(24).toString('base64url');
  const port = await findFreePort();
  const superuserUrl = getSuperuserUrl(port, password);
  const start = () => startCluster({ directory, port, isDurable, onLog: () => {} });
  await initialiseCluster(directory, password);
  const cluster = await start();
  try {
    await bootstrapCluster(superuserUrl);
    await prepareDatabase(superuserUrl);
  } finally {
    await cluster.stop();
  }
  const remove = () => rmSync(path.dirname(directory), { recursive: true, force: true });
  return { port, password, superuserUrl, start, remove };
}
