import { rmSync, statSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyTestCluster } from '#dev/tests/test-cluster.ts';
import { getTestPassword } from '#dev/tests/test-password.ts';
import { findFreePort } from '../process/free-port.ts';
import { type Cluster, getSuperuserUrl, startCluster } from './cluster.ts';
import { ensureSuperuserPassword } from './superuser-password.ts';

let directory: string;
let port: number;
let cluster: Cluster;
beforeEach(async () => {
  directory = await copyTestCluster();
  port = await findFreePort();
  cluster = await startCluster({ directory, port, isDurable: false, onLog: () => {} });
});
afterEach(async () => {
  await cluster.stop();
  rmSync(path.dirname(directory), { recursive: true, force: true });
});

async function connect(user: string, password: string, statement = 'select 1'): Promise<unknown> {
  const sql = postgres(`postgresql://${user}:${password}@127.0.0.1:${port}/postgres`, { max: 1 });
  return await sql.unsafe(statement).finally(() => sql.end({ timeout: 5 }));
}

const wrongPassword = { code: '28P01' };

test('no known password opens the superuser or the roles of its services', async () => {
  for (const user of ['supabase_admin', 'authenticator', 'supabase_auth_admin']) {
    for (const guess of ['postgres', user, 'supabase']) {
      await expect(connect(user, guess)).rejects.toMatchObject(wrongPassword);
    }
  }
  // The owner is for people; it cannot run programs or read files.
  await connect('postgres', 'postgres');
  for (const statement of [`copy (select 1) to program 'true'`, `copy pg_class to '/tmp/x'`]) {
    await expect(connect('postgres', 'postgres', statement)).rejects.toMatchObject({ code: '42501' });
  }
});

test('a cluster with the former password gets its own on start', async () => {
  const admin = postgres(getSuperuserUrl(port, getTestPassword()), { max: 1 });
  for (const role of ['authenticator', 'supabase_auth_admin', 'supabase_admin']) {
    await admin.unsafe(`alter role ${role} login password 'postgres'`);
  }
  await admin.end();
  await ensureSuperuserPassword(port, getTestPassword());
  await connect('supabase_admin', getTestPassword());
  for (const user of ['supabase_admin', 'authenticator', 'supabase_auth_admin']) {
    await expect(connect(user, 'postgres')).rejects.toMatchObject(wrongPassword);
  }
  await ensureSuperuserPassword(port, getTestPassword());
});

test('a cluster with an unknown password is rejected in a sentence', async () => {
  await expect(ensureSuperuserPassword(port, 'not-the-one-it-has')).rejects.toThrow(
    'start once with --fresh',
  );
});

test('the password of the tests is private', () => {
  const file = path.join(import.meta.dirname, '../../.local/cache/test-superuser-password');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(getTestPassword()).toMatch(/^[\w-]{32}$/);
});
