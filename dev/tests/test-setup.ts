// Vitest's global set-up for integration tests: one Postgres server with the template databases.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';
import { findFreePort } from '#emulators/process/free-port.ts';
// Declares the values that tests are provided with.
import type {} from '#emulators/testing/test-database.ts';
import { copyTestCluster } from './test-cluster.ts';
import { getTestPassword } from './test-password.ts';

/** Starts the server, tells the tests its port, and returns a function that stops and removes it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await copyTestCluster();
  const port = await findFreePort();
  // A separate process that ends with its standard input, so a killed test run leaves no server behind.
  const server = spawn(
    process.execPath,
    [path.join(import.meta.dirname, '../../emulators/postgres/main.ts')],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        LOCAL_POSTGRES_DIRECTORY: directory,
        LOCAL_POSTGRES_PORT: String(port),
        LOCAL_SUPERUSER_PASSWORD: getTestPassword(),
        LOCAL_POSTGRES_DURABLE: 'no',
        LOCAL_END_WITH_STDIN: 'yes',
      },
    },
  );
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  let log = '';
  server.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-4000);
  });
  const isReady = await new Promise<boolean>((resolve) => {
    createInterface(server.stdout).on('line', (line) => {
      if (line === 'ready') resolve(true);
    });
    void exited.then(() => resolve(false));
  });
  if (!isReady) throw new Error(`The test database did not start.\n${log}`);
  project.provide('postgresPort', port);
  project.provide('superuserPassword', getTestPassword());
  return async () => {
    server.kill('SIGTERM');
    await exited;
    rmSync(path.dirname(directory), { recursive: true, force: true });
  };
}
