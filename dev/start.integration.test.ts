import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bootstrapCluster } from '#emulators/postgres/bootstrap.ts';
import { getSuperuserUrl, initialiseCluster, startCluster } from '#emulators/postgres/cluster.ts';
import { findFreePort } from '#emulators/process/free-port.ts';
import { getPostgresDirectory } from './stack/environment.ts';
import { findFreeOffset, getPorts } from './stack/ports/ports.ts';
import { loadSecrets } from './stack/secrets/secrets.ts';
import { identifyProcess } from './supervisor/process-identity.ts';

let directory: string;
let offset: number;
beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'start-'));
  offset = await findFreeOffset();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Runs `npm start` to its end; only for starts that are refused. */
async function start(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'start.ts'), ...args]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const [code] = await once(child, 'close');
  return { code, output: output.trim() };
}

async function withServer<Result>(
  cluster: { directory: string; isDurable: boolean; onLog: () => void },
  work: (port: number) => Promise<Result>,
): Promise<Result> {
  const port = await findFreePort();
  const { stop } = await startCluster({ ...cluster, port });
  try {
    return await work(port);
  } finally {
    await stop();
  }
}

async function run(url: string, statements: string): Promise<postgres.Row[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await sql.unsafe(statements);
  } finally {
    await sql.end();
  }
}

it('refuses a busy port in one sentence and leaves nothing behind', async () => {
  const { supabase } = getPorts(offset);
  const server = createServer().listen(supabase, '127.0.0.1');
  await once(server, 'listening');
  const dataDirectory = path.join(directory, 'stack');
  const { code, output } = await start('--port-offset', String(offset), '--data-dir', dataDirectory);
  server.close();
  await once(server, 'close');
  expect(code).toBe(1);
  expect(output).toContain(`Another program listens on port ${supabase} (supabase)`);
  expect(output).toMatch(/\. Stop it(, or move every port with --port-offset \d+)?\.$/);
  expect(output.split('\n')).toHaveLength(1);
  expect(readdirSync(dataDirectory)).toEqual([]);
});

it('refuses a data directory that another stack uses', async () => {
  writeFileSync(path.join(directory, 'stack.lock'), identifyProcess(process.pid) ?? '');
  const { code, output } = await start('--port-offset', String(offset), '--data-dir', directory);
  expect(code).toBe(1);
  expect(output).toContain(`A stack already runs on ${directory} (process ${process.pid}).`);
});

it('refuses a data directory that is a file', async () => {
  const file = path.join(directory, 'file');
  writeFileSync(file, '');
  const { code, output } = await start('--port-offset', String(offset), '--data-dir', file);
  expect(code).toBe(1);
  expect(output).toBe(`The folder ${file} cannot be used: there is a file of that name.`);
});

it.each([[], ['--fresh']])('does not use a folder with other files %j', async (...args) => {
  mkdirSync(path.join(directory, 'photos'));
  const { code, output } = await start(...args, '--port-offset', String(offset), '--data-dir', directory);
  expect(code).toBe(1);
  expect(output).toContain('holds files that are not a stack');
  expect(readdirSync(directory)).toEqual(['photos']);
});

it('says what to do about data of an older layout, and leaves it as it is', async () => {
  const secrets = loadSecrets(directory);
  const cluster = { directory: getPostgresDirectory(directory), isDurable: false, onLog: () => {} };
  const url = (port: number) => getSuperuserUrl(port, secrets.postgres_superuser_password);
  await initialiseCluster(cluster.directory, secrets.postgres_superuser_password);
  await withServer(cluster, async (port) => {
    await bootstrapCluster(url(port));
    await run(
      url(port),
      `
      create table supabase_migrations.schema_migrations (version text primary key);
      insert into supabase_migrations.schema_migrations values ('20261101000100');`,
    );
  });
  const { code, output } = await start('--port-offset', String(offset), '--data-dir', directory);
  expect(code).toBe(1);
  expect(output.split('\n').at(-1)).toBe(
    'The data is of an older layout that cannot be migrated: begin with new data, with npm start -- --fresh.',
  );
  await withServer(cluster, async (port) => {
    const [left] = await run(
      url(port),
      `
      select (select array_agg(version) from supabase_migrations.schema_migrations) as versions,
        to_regclass('auth.users') as users, to_regclass('public.profiles') as profiles`,
    );
    expect(left).toEqual({ versions: ['20261101000100'], users: null, profiles: null });
  });
});

it.each([
  [['--port-offset', 'ten'], '--port-offset takes a whole number'],
  [['--port-offset', '60000'], 'inngest would be on port 68288, but 65535 is the highest.'],
  [['--port-offset', '3000'], 'web would be on port 6000, which browsers and fetch block.'],
  [['--frsh'], "Unknown option '--frsh'"],
])('refuses %j', async (args, sentence) => {
  const { code, output } = await start(...args);
  expect(code).toBe(1);
  expect(output).toContain(sentence);
  expect(output.split('\n')).toHaveLength(1);
});
