import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startTestSupabase, type TestSupabase } from '../testing/start-test-supabase.ts';
import { waitFor } from '../testing/wait-for.ts';

let supabase: TestSupabase;

beforeAll(async () => {
  supabase = await startTestSupabase();
});
afterAll(() => supabase.stop());

/** A client that speaks the raw protocol: `[join_ref, ref, topic, event, payload]`. */
async function connect() {
  const address = `${supabase.url.replace('http', 'ws')}/realtime/v1/websocket`;
  const socket = new WebSocket(`${address}?vsn=2.0.0&apikey=${supabase.settings.publishableKey}`);
  const frames: unknown[][] = [];
  const closed: number[] = [];
  socket.on('message', (text) => frames.push(JSON.parse(String(text))));
  socket.on('close', (code) => closed.push(code));
  await new Promise<void>((resolve) => socket.once('open', () => resolve()));
  const send = (...frame: unknown[]) => socket.send(JSON.stringify(frame));
  const hear = (...frame: unknown[]) =>
    waitFor(`${JSON.stringify(frame)} among ${JSON.stringify(frames)}`, () =>
      frames.some((got) => JSON.stringify(got) === JSON.stringify(frame)),
    );
  return { socket, frames, closed, send, hear };
}

const ok = { status: 'ok', response: {} };
const joined = { status: 'ok', response: { postgres_changes: [] } };

describe('the protocol', () => {
  test('join, leave, heartbeat and messages for a topic that was not joined', async () => {
    const { send, hear, socket } = await connect();
    send(null, '1', 'phoenix', 'heartbeat', {});
    await hear(null, '1', 'phoenix', 'phx_reply', ok);
    send('2', '2', 'realtime:a', 'phx_join', { config: {} });
    await hear('2', '2', 'realtime:a', 'phx_reply', joined);
    send('2', '3', 'realtime:a', 'phx_leave', {});
    await hear('2', '3', 'realtime:a', 'phx_reply', ok);
    await hear('2', '2', 'realtime:a', 'phx_close', {});
    send('2', '4', 'realtime:a', 'broadcast', { event: 'e', payload: {} });
    await hear('2', '4', 'realtime:a', 'phx_reply', {
      status: 'error',
      response: { reason: 'unmatched topic' },
    });
    socket.close();
  });

  test('joining a topic again replaces the channel, and messages of the old one count no more', async () => {
    const { send, hear, socket, frames } = await connect();
    send('1', '1', 'realtime:b', 'phx_join', { config: { broadcast: { self: true } } });
    send('2', '2', 'realtime:b', 'phx_join', { config: { broadcast: { self: true } } });
    await hear('1', '1', 'realtime:b', 'phx_close', {});
    await hear('2', '2', 'realtime:b', 'phx_reply', joined);
    send('1', '3', 'realtime:b', 'broadcast', { event: 'old', payload: {} });
    send('2', '4', 'realtime:b', 'broadcast', { event: 'new', payload: {} });
    await hear(null, null, 'realtime:b', 'broadcast', { type: 'broadcast', event: 'new', payload: {} });
    expect(JSON.stringify(frames)).not.toContain('"old"');
    socket.close();
  });

  test('malformed, unknown or unsupported messages are refused with a reason', async () => {
    const { send, frames, socket } = await connect();
    const refusals: [string, unknown, RegExp][] = [
      ['realtime:', {}, /^TopicNameRequired/],
      ['other:topic', {}, /^TopicNameRequired/],
      ['realtime:c', { config: { private: 'yes' } }, /^InvalidJoinPayload/],
      ['realtime:d', { config: { postgres_changes: [{ event: '*' }] } }, /^RealtimeDisabledForConfiguration/],
      ['realtime:e', { access_token: 'nonsense' }, /^MalformedJWT/],
      ['realtime:f', { access_token: 'a.b.c' }, /^(MalformedJWT|JwtSignatureError)/],
    ];
    for (const [index, [topic, payload]] of refusals.entries())
      send(`${index}`, `${index}`, topic, 'phx_join', payload);
    await waitFor('an answer to each', () => frames.length === refusals.length);
    for (const [index, [, , reason]] of refusals.entries()) {
      const frame = frames.find((got) => got[1] === `${index}`);
      expect(frame?.[4]).toMatchObject({
        status: 'error',
        response: { reason: expect.stringMatching(reason) },
      });
    }
    socket.close();
  });
});

describe('limits', () => {
  test('garbage and oversized messages end the socket, not the server', async () => {
    for (const garbage of ['not json', '{}', Buffer.from([3, 1, 2]), 'x'.repeat(3_100_000)]) {
      const { socket, closed } = await connect();
      socket.send(garbage);
      await waitFor('the end of the socket', () => closed.length === 1);
      expect([1003, 1009]).toContain(closed[0]);
    }
    expect((await fetch(`${supabase.url}/health`)).status).toBe(200);
  });

  test('a socket has at most 100 channels', async () => {
    const { send, frames, socket } = await connect();
    for (let i = 0; i < 101; i += 1) send(`${i}`, `${i}`, `realtime:many-${i}`, 'phx_join', { config: {} });
    await waitFor('all answers', () => frames.length === 101);
    const refused = frames.filter((frame) => JSON.stringify(frame).includes('ChannelRateLimitReached'));
    expect(refused).toHaveLength(1);
    socket.close();
  });

  test('a client that sends too fast loses its channels', async () => {
    // All within one second, however long it takes.
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { send, hear, frames, socket } = await connect();
    send('1', '1', 'realtime:fast', 'phx_join', { config: {} });
    await hear('1', '1', 'realtime:fast', 'phx_reply', joined);
    for (let i = 0; i < 1200; i += 1)
      send('1', null, 'realtime:fast', 'broadcast', { event: 'e', payload: {} });
    await hear('1', '1', 'realtime:fast', 'phx_close', {});
    expect(JSON.stringify(frames)).toContain('Too many messages per second');
    socket.close();
  });
});
