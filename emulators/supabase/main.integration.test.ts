import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../process/free-port.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import {
  createAccount,
  makeSupabaseEnvironment,
  type SpawnedSupabase,
  spawnSupabase,
} from './testing/spawn-supabase.ts';
import { waitFor } from './testing/wait-for.ts';

let database: TestDatabase;
let environment: Record<string, string>;
let url: string;
let running: SpawnedSupabase | null = null;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.sql.unsafe(`
    create policy "Anybody hears the news" on realtime.messages for select to anon, authenticated
      using (realtime.topic() = 'test-news');`);
  const port = await findFreePort();
  url = `http://127.0.0.1:${port}`;
  environment = makeSupabaseEnvironment(port, database.superuserUrl);
});
afterAll(async () => {
  await running?.stop('SIGKILL');
  await database.drop();
});

async function start(): Promise<boolean> {
  running = await spawnSupabase(environment);
  return running.isReady;
}

test('after the process was killed and restarted, tokens are valid and channels reconnect', async () => {
  expect(await start()).toBe(true);
  const client = createClient(url, 'sb_publishable_test', {
    auth: { autoRefreshToken: false },
    realtime: { reconnectAfterMs: () => 50 },
  });
  const account = { email: 'ann@example.test', password: 'password-1' };
  await createAccount(url, account);
  const { data } = await client.auth.signInWithPassword(account);
  const states: string[] = [];
  const heard: number[] = [];
  await client.realtime.setAuth();
  client
    .channel('test-news', { config: { private: true } })
    .on('broadcast', { event: 'tick' }, ({ payload }) => heard.push(payload.i))
    .subscribe((state) => states.push(state));
  const countJoins = () => states.filter((state) => state === 'SUBSCRIBED').length;
  for (let round = 1; round <= 2; round += 1) {
    await waitFor(`join ${round} among ${states}`, () => countJoins() === round);
    await database.admin`
      select realtime.send(${database.admin.json({ i: round })}, 'tick', 'test-news')`;
    await waitFor(`message ${round}`, () => heard.includes(round));
    const { error } = await client.auth.getUser(data.session?.access_token);
    expect(error).toBeNull();
    await running?.stop('SIGKILL');
    expect(await start()).toBe(true);
  }
  await waitFor('the last join', () => countJoins() === 3);
  expect(heard).toEqual([1, 2]);
  expect((await client.auth.refreshSession()).error).toBeNull();
  await client.removeAllChannels();
  expect(await running?.stop('SIGTERM')).toBe(0);
});

test('a missing variable and a taken port end it with a sentence', async () => {
  const { LOCAL_STATE_SECRET: _, ...incomplete } = environment;
  const unset = await spawnSupabase(incomplete);
  expect(unset.isReady).toBe(false);
  expect(unset.output()).toContain('LOCAL_STATE_SECRET');
  expect(await unset.stop('SIGKILL')).toBe(1);
  expect(await start()).toBe(true);
  const second = await spawnSupabase(environment);
  expect(second.isReady).toBe(false);
  expect(second.output()).toContain('is taken by another process');
});
