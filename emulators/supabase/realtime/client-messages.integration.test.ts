import { RealtimeClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinTopic } from '../testing/join-topic.ts';
import { secretKey, startTestSupabase, type TestSupabase } from '../testing/start-test-supabase.ts';
import { waitFor } from '../testing/wait-for.ts';

let supabase: TestSupabase;

beforeAll(async () => {
  supabase = await startTestSupabase();
  await supabase.database.sql.unsafe(`
    create policy "Anybody reads boards" on realtime.messages for select to anon, authenticated
      using (realtime.topic() like 'test-board:%');
    create policy "People send to rooms" on realtime.messages for insert to authenticated
      with check (realtime.topic() like 'test-room:%');
    create policy "People read rooms" on realtime.messages for select to authenticated
      using (realtime.topic() like 'test-room:%');`);
});
afterAll(() => supabase.stop());

test('client messages reach the others, and the sender only on request', async () => {
  const { client: ann } = await supabase.signUp('room-ann');
  const { client: bob } = await supabase.signUp('room-bob');
  const sender = await joinTopic(ann, 'test-room:1', { broadcast: { ack: true } });
  const receiver = await joinTopic(bob, 'test-room:1', { broadcast: { self: true, ack: true } });
  const message = { type: 'broadcast' as const, event: 'hi', payload: { text: 'héllo ✓' } };
  expect(await sender.channel.send(message)).toBe('ok');
  expect(await receiver.channel.send({ ...message, event: 'back' })).toBe('ok');
  await waitFor('both messages', () => receiver.events.length === 2 && sender.events.length === 1);
  expect(receiver.events[0]).toEqual({ event: 'hi', payload: { text: 'héllo ✓' } });
  expect(sender.events[0]?.event).toBe('back');
});

test('client messages are not forwarded without an insert policy, over the socket and over HTTP', async () => {
  const { client } = await supabase.signUp('shouter');
  const listener = await joinTopic(supabase.connect(), 'test-board:quiet');
  const shouter = await joinTopic(client, 'test-board:quiet', { broadcast: { ack: true } });
  const message = { type: 'broadcast' as const, event: 'shout', payload: {} };
  expect(await shouter.channel.send(message, { timeout: 300 })).toBe('timed out');
  await expect(shouter.channel.httpSend('shout', {})).rejects.toThrow('not allowed');
  const secret = supabase.connect({ key: secretKey });
  const server = secret.channel('test-board:quiet', { config: { private: true } });
  expect(await server.httpSend('from-server', { n: 1 })).toEqual({ success: true });
  await waitFor('the message of the server', () => listener.events.length > 0);
  expect(listener.events).toEqual([{ event: 'from-server', payload: { n: 1 } }]);
});

test('a batch over HTTP drops disallowed messages', async () => {
  const open = await joinTopic(supabase.connect(), 'lobby', { isPrivate: false });
  const closed = await joinTopic(supabase.connect(), 'test-board:batch');
  const post = (messages: unknown) =>
    fetch(`${supabase.url}/realtime/v1/api/broadcast`, {
      method: 'POST',
      headers: { apikey: supabase.settings.publishableKey, 'content-type': 'application/json' },
      body: JSON.stringify({ messages }),
    });
  const sent = await post([
    { topic: 'test-board:batch', event: 'no', payload: {}, private: true },
    { topic: 'lobby', event: 'yes', payload: { n: 1 } },
  ]);
  expect(sent.status).toBe(202);
  await waitFor('the public message', () => open.events.length === 1);
  expect(closed.events).toEqual([]);
  expect((await post('nonsense')).status).toBe(422);
});

test('both formats of the protocol can be mixed, and bytes pass unchanged', async () => {
  const address = `${supabase.url.replace('http', 'ws')}/realtime/v1`;
  const params = { apikey: supabase.settings.publishableKey };
  const old = new RealtimeClient(address, { params, vsn: '1.0.0' });
  const recent = new RealtimeClient(address, { params });
  const heard: unknown[] = [];
  const channels = [old, recent].map((client) =>
    client.channel('mixed', { config: { broadcast: { self: true } } }),
  );
  for (const channel of channels) {
    channel.on('broadcast', { event: '*' }, ({ event, payload }) => heard.push([event, payload]));
    await new Promise<void>((resolve) => channel.subscribe((state) => state === 'SUBSCRIBED' && resolve()));
  }
  await channels[0]?.send({ type: 'broadcast', event: 'old', payload: { n: 1 } });
  await waitFor('the message of the old client', () => heard.length === 2);
  await channels[1]?.send({ type: 'broadcast', event: 'bytes', payload: Uint8Array.of(1, 2, 255).buffer });
  await waitFor('the bytes', () => heard.length === 3);
  expect(heard.slice(0, 2)).toEqual([
    ['old', { n: 1 }],
    ['old', { n: 1 }],
  ]);
  expect(heard[2]).toEqual(['bytes', Uint8Array.of(1, 2, 255).buffer]);
  await Promise.all([old.disconnect(), recent.disconnect()]);
});
