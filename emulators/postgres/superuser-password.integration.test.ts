import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BareCluster, makeBareCluster } from '../testing/bare-cluster.ts';
import type { Cluster } from './cluster.ts';
import { ensureSuperuserPassword } from './superuser-password.ts';

let bare: BareCluster;
let cluster: Cluster;
beforeEach(async () => {
  bare = await makeBareCluster(false);
  cluster = await bare.start();
});
afterEach(async () => {
  await cluster.stop();
  bare.remove();
});

async function connect(user: string, password: string, statement = 'select 1'): Promise<unknown> {
  const sql = postgres(`postgresql://${user}:${password}@127.0.0.1:${bare.port}/postgres`, { max: 1 });
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
  const admin = postgres(bare.superuserUrl, { max: 1 });
  for (const role of ['authenticator', 'supabase_auth_admin', 'supabase_admin']) {
    await admin.unsafe(`alter role ${role} login password 'postgres'`);
  }
  await admin.end();
  await ensureSuperuserPassword(bare.port, bare.password);
  await connect('supabase_admin', bare.password);
  for (const user of ['supabase_admin', 'authenticator', 'supabase_auth_admin']) {
    await expect(connect(user, 'postgres')).rejects.toMatchObject(wrongPassword);
  }
  await ensureSuperuserPassword(bare.port, bare.password);
});

test('a cluster with an unknown password is rejected in a sentence', async () => {
  await expect(ensureSuperuserPassword(bare.port, 'not-the-one-it-has')).rejects.toThrow(
    'start once with --fresh',
  );
});
