import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSupabase, type TestSupabase } from './testing/start-test-supabase.ts';
import { startTcpRelay, type TcpRelay } from './testing/tcp-relay.ts';
import { waitFor } from './testing/wait-for.ts';

let supabase: TestSupabase;
let relay: TcpRelay;

beforeAll(async () => {
  supabase = await startTestSupabase(async (settings) => {
    const url = new URL(settings.databaseUrl);
    relay = await startTcpRelay(Number(url.port));
    url.port = String(relay.port);
    settings.databaseUrl = url.toString();
  });
  await supabase.database.sql.unsafe(`
    create table public.test_words (word text);
    grant select on public.test_words to anon;
    insert into public.test_words values ('here');
    create policy "Anybody hears the radio" on realtime.messages for select to anon
      using (realtime.topic() = 'test-radio');`);
});
afterAll(async () => {
  await supabase.stop();
  await relay.cut();
});

const isHealthy = async () => (await fetch(`${supabase.url}/health`)).status === 200;
// Not through supabase-js, which would retry by itself.
const readWords = async (url = supabase.url) => {
  const headers = { apikey: supabase.settings.publishableKey };
  const response = await fetch(`${url}/rest/v1/test_words`, { headers });
  return { status: response.status, body: await response.json() };
};

describe('while Postgres is down', () => {
  test('everything answers 503, loses nothing and works again by itself', async () => {
    await waitFor('the table', async () => (await readWords()).status === 200);
    const { client, token } = await supabase.signUp('patient');
    const radio = supabase.connect();
    const heard: number[] = [];
    const states: string[] = [];
    await radio.realtime.setAuth();
    radio
      .channel('test-radio', { config: { private: true } })
      .on('broadcast', { event: 'tick' }, ({ payload }) => heard.push(payload.i))
      .subscribe((state) => states.push(state));
    await waitFor('the radio', () => states.includes('SUBSCRIBED'));
    const send = (i: number) =>
      supabase.database.admin`
        select realtime.send(${supabase.database.admin.json({ i })}, 'tick', 'test-radio')`;

    for (let round = 0; round < 3; round += 1) {
      await send(round * 2);
      await relay.cut();
      await send(round * 2 + 1);
      expect(await readWords()).toMatchObject({ status: 503, body: { code: 'PGRST001' } });
      expect((await client.auth.getUser(token)).error).toMatchObject({ status: 503 });
      expect(await isHealthy()).toBe(false);
      const late = supabase.connect().channel('test-radio', { config: { private: true } });
      const reason = await new Promise<string>((resolve) => {
        late.subscribe((_, error) => resolve(error?.message ?? ''));
      });
      expect(reason).toMatch(/^UnableToConnectToProject/);
      await relay.restore();
      await waitFor('health', isHealthy);
      expect(await readWords()).toMatchObject({ status: 200, body: [{ word: 'here' }] });
      expect((await client.auth.getUser(token)).error).toBeNull();
    }

    await waitFor('all ticks', () => heard.length >= 6);
    expect(heard).toEqual([0, 1, 2, 3, 4, 5]);
    expect(states).toEqual(['SUBSCRIBED']);
  });

  test('a connection that breaks while being opened costs one response, wherever it breaks', async () => {
    for (let packet = 1; packet <= 8; packet += 1) {
      await relay.cut();
      relay.breakAt(packet);
      await relay.restore();
      expect([200, 503], `packet ${packet}`).toContain((await readWords()).status);
      relay.breakAt(null);
      await waitFor('words', async () => (await readWords()).status === 200);
    }
  });

  test('a server that starts meanwhile waits for it, and removes old messages', async () => {
    const { admin } = supabase.database;
    await admin`
      insert into realtime.messages (topic, extension, inserted_at)
      select 'old', 'broadcast', now() at time zone 'utc' - age * interval '1 hour' from unnest(array[71, 73]) as age`;
    await relay.cut();
    const { startSupabase } = await import('./supabase-server.ts');
    const early = await startSupabase({ ...supabase.settings, port: 0 });
    try {
      expect((await fetch(`${early.url}/health`)).status).toBe(503);
      await relay.restore();
      await waitFor('health', async () => (await fetch(`${early.url}/health`)).status === 200);
      expect((await readWords(early.url)).body).toEqual([{ word: 'here' }]);
      await waitFor('one old message', async () => {
        const left = await admin`select 1 from realtime.messages where topic = 'old'`;
        return left.length === 1;
      });
    } finally {
      await early.close();
    }
  });
});
