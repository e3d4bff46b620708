import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cluster } from '../postgres/cluster.ts';
import { findFreePort } from '../process/free-port.ts';
import { type BareCluster, makeBareCluster } from '../testing/bare-cluster.ts';
import {
  createAccount,
  makeSupabaseEnvironment,
  type SpawnedSupabase,
  spawnSupabase,
} from './testing/spawn-supabase.ts';
import { waitFor } from './testing/wait-for.ts';

let bare: BareCluster;
let cluster: Cluster;
let supabase: SpawnedSupabase;
let url: string;

beforeAll(async () => {
  // Durable: people who signed up just before the kill must be able to sign in afterwards.
  bare = await makeBareCluster(true);
  cluster = await bare.start();
  await ask(
    bare.superuserUrl,
    `
    create table public.test_words (id bigint generated always as identity primary key, word text);
    grant select, insert on public.test_words to anon;
    create policy "Anybody hears the news" on realtime.messages for select to anon, authenticated
      using (realtime.topic() like 'test-%');`,
  );
  const supabasePort = await findFreePort();
  url = `http://127.0.0.1:${supabasePort}`;
  supabase = await spawnSupabase(makeSupabaseEnvironment(supabasePort, bare.superuserUrl));
});
afterAll(async () => {
  await supabase?.stop('SIGKILL');
  await cluster?.stop();
  bare.remove();
});

async function ask(address: string, statements: string): Promise<postgres.RowList<postgres.Row[]>> {
  const sql = postgres(address, { max: 1, onnotice: () => {} });
  try {
    return await sql.unsafe(statements);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function connect(): SupabaseClient {
  return createClient(url, 'sb_publishable_test', {
    auth: { autoRefreshToken: false, persistSession: false },
    realtime: { reconnectAfterMs: () => 50 },
  });
}

/** Polls continuously until told to stop; returns the number of successful responses. */
function keepAsking(askOnce: () => Promise<boolean>): () => Promise<number> {
  let isAsking = true;
  let goodCount = 0;
  const asking = (async () => {
    while (isAsking) if (await askOnce().catch(() => false)) goodCount += 1;
  })();
  return async () => {
    isAsking = false;
    await asking;
    return goodCount;
  };
}

async function insert(word: string): Promise<boolean> {
  const response = await fetch(`${url}/rest/v1/test_words`, {
    method: 'POST',
    headers: { apikey: 'sb_publishable_test', 'content-type': 'application/json' },
    body: JSON.stringify({ word }),
    signal: AbortSignal.timeout(15_000),
  });
  return response.status === 201;
}

test('killing Postgres under load ends no process, and everything resumes once it is back', async () => {
  expect(supabase.isReady).toBe(true);
  const client = connect();
  const signIn = { email: 'ann@example.test', password: 'password-1' };
  await createAccount(url, signIn);
  expect((await client.auth.signInWithPassword(signIn)).error).toBeNull();
  const states: string[] = [];
  const heard: number[] = [];
  await client.realtime.setAuth();
  client
    .channel('test-news', { config: { private: true } })
    .on('broadcast', { event: 'tick' }, ({ payload }) => heard.push(payload.i))
    .subscribe((state) => states.push(state));
  await waitFor('the channel', () => states.includes('SUBSCRIBED'));

  for (const [round, signal] of (['SIGKILL', 'SIGQUIT'] as const).entries()) {
    const stops = [
      ...Array.from({ length: 16 }, () => keepAsking(() => insert(`word ${round}`))),
      ...Array.from({ length: 2 }, () =>
        keepAsking(async () => (await connect().auth.signInWithPassword(signIn)).error === null),
      ),
    ];
    await waitFor('the load', async () => {
      const [row] = await ask(
        bare.superuserUrl,
        `select count(*)::int as count from public.test_words where word = 'word ${round}'`,
      );
      return row?.count > 100;
    });
    cluster.process.kill(signal);
    await cluster.exited;
    cluster = await bare.start();
    await waitFor('rows again', () => insert('after'));
    await Promise.all(stops.map((stop) => stop()));
    expect((await connect().auth.signInWithPassword(signIn)).error).toBeNull();
    const late = connect().channel('test-late', { config: { private: true } });
    expect(await new Promise((resolve) => late.subscribe(resolve))).toBe('SUBSCRIBED');
    await late.unsubscribe();
    await ask(bare.superuserUrl, `select realtime.send('{"i":${round}}'::jsonb, 'tick', 'test-news')`);
    await waitFor('the message', () => heard.includes(round));
  }

  expect(supabase.child.exitCode, supabase.output()).toBeNull();
  expect(states).toEqual(['SUBSCRIBED']);
  expect(heard).toEqual([0, 1]);
  await client.removeAllChannels();
});
