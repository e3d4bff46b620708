import type { RealtimeChannel, SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { secretKey, startTestSupabase, type TestSupabase } from '../testing/start-test-supabase.ts';
import { waitFor } from '../testing/wait-for.ts';

let supabase: TestSupabase;

beforeAll(async () => {
  supabase = await startTestSupabase();
  await supabase.database.sql.unsafe(`
    drop policy if exists "Test" on realtime.messages;
    create policy "Anybody reads boards" on realtime.messages for select to anon, authenticated
      using (realtime.topic() like 'test-board:%');
    create policy "People read their own topic" on realtime.messages for select to authenticated
      using (realtime.topic() = 'test-player:' || (select auth.uid()));
    create policy "People send to rooms" on realtime.messages for insert to authenticated
      with check (realtime.topic() like 'test-room:%');
    create policy "People read rooms" on realtime.messages for select to authenticated
      using (realtime.topic() like 'test-room:%');
    create table public.things (id int primary key, name text);
    create function public.tell_things() returns trigger language plpgsql security definer set search_path = '' as $$
    begin
      perform realtime.broadcast_changes('test-board:things', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
      return null;
    end $$;
    create trigger on_things_tell after insert or update or delete on public.things
      for each row execute function public.tell_things();`);
});
afterAll(() => supabase.stop());

interface Heard {
  channel: RealtimeChannel;
  events: { event: string; payload: Record<string, unknown> }[];
}

interface JoinOptions {
  isPrivate?: boolean;
  broadcast?: { ack?: boolean; self?: boolean };
}

/** Joins a topic and keeps what it hears; gives the status that subscribing ended with. */
async function join(
  client: SupabaseClient,
  topic: string,
  { isPrivate = true, broadcast = {} }: JoinOptions = {},
): Promise<Heard & { status: string; error: string }> {
  const channel = client.channel(topic, { config: { private: isPrivate, broadcast } });
  const events: Heard['events'] = [];
  channel.on('broadcast', { event: '*' }, ({ event, payload }) => events.push({ event, payload }));
  await client.realtime.setAuth();
  const [status, error] = await new Promise<[string, string]>((resolve) => {
    channel.subscribe((state, reason) => resolve([state, reason?.message ?? '']));
  });
  return { channel, events, status, error };
}

async function send(topic: string, event: string, payload: object, isPrivate = true): Promise<void> {
  const { sql } = supabase.database;
  await sql`select realtime.send(${sql.json({ ...payload })}, ${event}, ${topic}, ${isPrivate})`;
}

describe('joining', () => {
  test('policies decide who may join a private topic', async () => {
    expect((await join(supabase.connect(), 'test-board:a')).status).toBe('SUBSCRIBED');
    const { client, userId } = await supabase.signUp('joiner');
    expect((await join(client, `test-player:${userId}`)).status).toBe('SUBSCRIBED');
    const { client: other } = await supabase.signUp('other-joiner');
    expect(await join(other, `test-player:${userId}`)).toMatchObject({
      status: 'CHANNEL_ERROR',
      error: expect.stringContaining('Unauthorized: You do not have permissions to read'),
    });
    expect((await join(supabase.connect(), `test-player:${userId}`)).status).toBe('CHANNEL_ERROR');
    expect((await join(supabase.connect({ key: secretKey }), `test-player:${userId}`)).status).toBe(
      'SUBSCRIBED',
    );
  });

  test('checking policies sends nothing and leaves no rows', async () => {
    const [count] = await supabase.database.admin`
      select (select count(*) from realtime.messages where payload is null)::int
        + (select count(*) from realtime.undelivered)::int as total`;
    expect(count?.total).toBe(0);
  });

  test('a wrong API key gets no connection', async () => {
    const response = await fetch(`${supabase.url}/realtime/v1/websocket?apikey=wrong`);
    expect(response.status).toBe(404);
    const socket = new WebSocket(`${supabase.url.replace('http', 'ws')}/realtime/v1/websocket?apikey=wrong`);
    await new Promise<void>((resolve) => socket.addEventListener('error', () => resolve()));
    expect(socket.readyState).toBe(WebSocket.CLOSED);
  });
});

describe('messages from SQL', () => {
  test('one insert reaches every subscriber once, in order, and nobody else', async () => {
    const listeners = await Promise.all(
      Array.from({ length: 5 }, () => join(supabase.connect(), 'test-board:order')),
    );
    const elsewhere = await join(supabase.connect(), 'test-board:elsewhere');
    const isPublic = await join(supabase.connect(), 'test-board:order', { isPrivate: false });
    const { sql } = supabase.database;
    for (let i = 0; i < 40; i += 1) await send('test-board:order', 'tick', { i });
    await sql.begin(async (transaction) => {
      for (let i = 40; i < 80; i += 1) {
        await transaction`select realtime.send(${sql.json({ i })}, 'tick', 'test-board:order')`;
      }
    });
    await waitFor('80 messages', () => listeners.every(({ events }) => events.length >= 80));
    await send('test-board:order', 'last', {});
    await waitFor('the last message', () => listeners.every(({ events }) => events.at(-1)?.event === 'last'));
    for (const { events } of listeners) {
      expect(events.slice(0, -1).map(({ payload }) => payload.i)).toEqual(
        Array.from({ length: 80 }, (_, i) => i),
      );
    }
    expect([...elsewhere.events, ...isPublic.events]).toEqual([]);
  });

  test('a rolled-back message is never delivered, a late commit is', async () => {
    const { events } = await join(supabase.connect(), 'test-board:late');
    const { sql } = supabase.database;
    await sql
      .begin(async (transaction) => {
        await transaction`select realtime.send('{}', 'never', 'test-board:late')`;
        throw new Error('rolled back');
      })
      .catch(() => {});
    await sql.begin(async (transaction) => {
      await transaction`select realtime.send('{}', 'began-first', 'test-board:late')`;
      await send('test-board:late', 'committed-first', {});
      await waitFor('the message that was committed first', () => events.length === 1);
    });
    await waitFor('the message of the longer transaction', () => events.length === 2);
    expect(events.map(({ event }) => event)).toEqual(['committed-first', 'began-first']);
  });

  test('changes of a row arrive with the row before and after', async () => {
    const { events } = await join(supabase.connect(), 'test-board:things');
    const { sql } = supabase.database;
    await sql`insert into public.things values (1, 'new')`;
    await sql`update public.things set name = 'newer'`;
    await sql`delete from public.things`;
    await waitFor('three changes', () => events.length === 3);
    expect(events).toMatchObject([
      { event: 'INSERT', payload: { operation: 'INSERT', record: { id: 1, name: 'new' }, old_record: null } },
      {
        event: 'UPDATE',
        payload: { record: { name: 'newer' }, old_record: { name: 'new' }, table: 'things' },
      },
      { event: 'DELETE', payload: { record: null, old_record: { id: 1 }, schema: 'public' } },
    ]);
  });

  test('realtime.send never fails its caller', async () => {
    const { sql } = supabase.database;
    await sql`insert into public.things values (9, 'kept')`;
    const failing = sql`select realtime.send('[1]', null, null)`;
    await expect(failing).resolves.toBeDefined();
  });

  test('while the LISTEN connection is killed again and again nothing is lost and nothing comes twice', async () => {
    const { events } = await join(supabase.connect(), 'test-board:killed');
    const { admin } = supabase.database;
    for (let i = 0; i < 60; i += 1) {
      if (i % 10 === 5) {
        await admin`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and query ilike '%listen%'`;
      }
      await admin`select realtime.send(${admin.json({ i })}, 'tick', 'test-board:killed')`;
    }
    await waitFor('60 messages', () => events.length >= 60);
    expect(events.map(({ payload }) => payload.i)).toEqual(Array.from({ length: 60 }, (_, i) => i));
  });

  test('all connections of the server can be killed and messages still arrive once', async () => {
    const { events } = await join(supabase.connect(), 'test-board:all-killed');
    const { admin } = supabase.database;
    for (let i = 0; i < 30; i += 1) {
      await admin`select realtime.send(${admin.json({ i })}, 'tick', 'test-board:all-killed')`;
      if (i % 7 === 3) {
        await admin`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`;
      }
    }
    await waitFor('30 messages', () => events.length >= 30);
    expect(events.map(({ payload }) => payload.i)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  });
});

describe('messages from clients', () => {
  test('reach the others, and the sender only on request', async () => {
    const { client: ann } = await supabase.signUp('room-ann');
    const { client: bob } = await supabase.signUp('room-bob');
    const sender = await join(ann, 'test-room:1', { broadcast: { ack: true } });
    const receiver = await join(bob, 'test-room:1', { broadcast: { self: true, ack: true } });
    const message = { type: 'broadcast' as const, event: 'hi', payload: { text: 'héllo ✓' } };
    expect(await sender.channel.send(message)).toBe('ok');
    expect(await receiver.channel.send({ ...message, event: 'back' })).toBe('ok');
    await waitFor('both messages', () => receiver.events.length === 2 && sender.events.length === 1);
    expect(receiver.events[0]).toEqual({ event: 'hi', payload: { text: 'héllo ✓' } });
    expect(sender.events[0]?.event).toBe('back');
  });

  test('are not passed on without an insert policy, over the socket and over HTTP', async () => {
    const { client } = await supabase.signUp('shouter');
    const listener = await join(supabase.connect(), 'test-board:quiet');
    const shouter = await join(client, 'test-board:quiet', { broadcast: { ack: true } });
    const message = { type: 'broadcast' as const, event: 'shout', payload: {} };
    expect(await shouter.channel.send(message, { timeout: 300 })).toBe('timed out');
    await expect(shouter.channel.httpSend('shout', {})).rejects.toThrow('not allowed');
    const secret = supabase.connect({ key: secretKey });
    const server = secret.channel('test-board:quiet', { config: { private: true } });
    expect(await server.httpSend('from-server', { n: 1 })).toEqual({ success: true });
    await waitFor('the message of the server', () => listener.events.length > 0);
    expect(listener.events).toEqual([{ event: 'from-server', payload: { n: 1 } }]);
  });

  test('a batch over HTTP leaves out what is not allowed', async () => {
    const open = await join(supabase.connect(), 'lobby', { isPrivate: false });
    const closed = await join(supabase.connect(), 'test-board:batch');
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
    const { RealtimeClient } = await import('@supabase/supabase-js');
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
});
