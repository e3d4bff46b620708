// The process that runs Postgres for the stack. On request, it stops the server with a fast shutdown.
import { z } from 'zod';
import { onEndRequested } from '../process/end-of-process.ts';
import { logFaults } from '../process/log-faults.ts';
import { initialiseCluster, startCluster } from './cluster.ts';
import { ensureSuperuserPassword } from './superuser-password.ts';

const environment = z
  .object({
    LOCAL_POSTGRES_DIRECTORY: z.string(),
    LOCAL_POSTGRES_PORT: z.coerce.number().int(),
    LOCAL_SUPERUSER_PASSWORD: z.string().min(16),
    LOCAL_POSTGRES_DURABLE: z.enum(['yes', 'no']).default('yes'),
  })
  .parse(process.env);

logFaults();
try {
  await initialiseCluster(environment.LOCAL_POSTGRES_DIRECTORY, environment.LOCAL_SUPERUSER_PASSWORD);
  const cluster = await startCluster({
    directory: environment.LOCAL_POSTGRES_DIRECTORY,
    port: environment.LOCAL_POSTGRES_PORT,
    isDurable: environment.LOCAL_POSTGRES_DURABLE === 'yes',
    onLog: (line) => console.error(line),
  });
  let isStopping = false;
  onEndRequested(() => {
    isStopping = true;
    void cluster.stop();
  });
  await ensureSuperuserPassword(environment.LOCAL_POSTGRES_PORT, environment.LOCAL_SUPERUSER_PASSWORD);
  console.log('ready');
  await cluster.exited;
  process.exit(isStopping ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
