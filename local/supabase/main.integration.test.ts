import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../postgres/free-port.ts';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.ts';
import { waitFor } from './testing/wait-for.ts';

const entry = new URL('main.ts', import.meta.url).pathname;
let database: TestDatabase;
let environment: Record<string, string>;
let url: string;
let child: ChildProcess | null = null;

beforeAll(async () => {
  database = await createTestDatabase();
  // The configured token hook belongs to the product; here it only has to be there.
  await database.sql.unsafe(`
    create or replace function public.custom_access_token_hook(event jsonb) returns jsonb
    language sql set search_path = '' as 'select event';
    grant execute on function public.custom_access_token_hook to supabase_auth_admin;
    create policy "Anybody hears the news" on realtime.messages for select to anon, authenticated
      using (realtime.topic() = 'test-news');`);
  const port = await findFreePort();
  url = `http://127.0.0.1:${port}`;
  environment = {
    PATH: process.env.PATH ?? '',
    PUBLIC_SUPABASE_URL: url,
    PUBLIC_SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_test',
    SUPABASE_SECRET_KEY: 'sb_secret_test',
    PUBLIC_WEB_URL: 'http://127.0.0.1:3999',
    DISCORD_API_URL: 'http://127.0.0.1:9/api',
    DISCORD_APPLICATION_ID: '1',
    DISCORD_CLIENT_SECRET: 'secret',
    LOCAL_SUPABASE_PORT: String(port),
    LOCAL_SUPERUSER_URL: database.superuserUrl,
    LOCAL_FUNCTIONS_URL: 'http://127.0.0.1:9',
    LOCAL_JWT_PRIVATE_JWK: JSON.stringify(
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
    ),
    LOCAL_JWT_SECRET: 'a-secret-of-tests-that-is-long-enough-for-hs256',
  };
});
afterAll(async () => {
  await stop('SIGKILL');
  await database.drop();
});

/** Runs the process until it is ready, or until it ends; gives what it printed. */
async function start(variables: Record<string, string>): Promise<{ isReady: boolean; output: string }> {
  const started = spawn(process.execPath, [entry], { env: variables });
  child = started;
  let output = '';
  started.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const isReady = await new Promise<boolean>((resolve) => {
    createInterface(started.stdout).on('line', (line) => line === 'ready' && resolve(true));
    started.once('close', () => resolve(false));
  });
  return { isReady, output };
}

async function stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
  return child.exitCode;
}

test('after the process was killed and started again tokens are valid and channels come back by themselves', async () => {
  expect((await start(environment)).isReady).toBe(true);
  const client = createClient(url, 'sb_publishable_test', {
    auth: { autoRefreshToken: false },
    realtime: { reconnectAfterMs: () => 50 },
  });
  const { data } = await client.auth.signUp({ email: 'ann@example.test', password: 'password-1' });
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
    await stop('SIGKILL');
    expect((await start(environment)).isReady).toBe(true);
  }
  await waitFor('the last join', () => countJoins() === 3);
  expect(heard).toEqual([1, 2]);
  expect((await client.auth.refreshSession()).error).toBeNull();
  await client.removeAllChannels();
  expect(await stop('SIGTERM')).toBe(0);
});

test('a missing variable and a taken port end it with a sentence', async () => {
  const { LOCAL_JWT_SECRET: _, ...incomplete } = environment;
  const unset = await start(incomplete);
  expect(unset.isReady).toBe(false);
  expect(unset.output).toContain('LOCAL_JWT_SECRET');
  expect(await stop('SIGKILL')).toBe(1);
  expect((await start(environment)).isReady).toBe(true);
  const first = child;
  const second = await start(environment);
  expect(second).toMatchObject({
    isReady: false,
    output: expect.stringContaining('is taken by another process'),
  });
  child = first;
});
