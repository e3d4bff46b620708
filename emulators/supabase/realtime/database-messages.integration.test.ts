import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { joinTopic } from '../testing/join-topic.ts';
import { secretKey, startTestSupabase, type TestSupabase } from '../testing/start-test-supabase.ts';
import { waitFor } from '../testing/wait-for.ts';

let supabase: TestSupabase;

beforeAll(async () => {
  supabase = await startTestSupabase();
  await supabase.database.sql.unsafe(`
    create policy "Anybody reads boards" on realtime.messages for select to anon, authenticated
      using (realtime.topic() like 'test-board:%');
    create policy "People read their own topic" on realtime.messages for select to authenticated
      using (realtime.topic() = 'test-person:' || (select auth.uid()));
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

async function send(topic: string, event: string, payload: object, isPrivate = true): Promise<void> {
  const { sql } = supabase.database;
  await sql`select realtime.send(${sql.json({ ...payload })}, ${event}, ${topic}, ${isPrivate})`;
}

describe('joining', () => {
  test('policies decide who may join a private topic', async () => {
    expect((await joinTopic(supabase.connect(), 'test-board:a')).status).toBe('SUBSCRIBED');
    const { client, userId } = await supabase.signUp('joiner');
    expect((await joinTopic(client, `test-person:${userId}`)).status).toBe('SUBSCRIBED');
    const { client: other } = await supabase.signUp('other-joiner');
    expect(await joinTopic(other, `test-person:${userId}`)).toMatchObject({
      status: 'CHANNEL_ERROR',
      error: expect.stringContaining('Unauthorized: You do not have permissions to read'),
    });
    expect((await joinTopic(supabase.connect(), `test-person:${userId}`)).status).toBe('CHANNEL_ERROR');
    expect((await joinTopic(supabase.connect({ key: secretKey }), `test-person:${userId}`)).status).toBe(
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
      Array.from({ length: 5 }, () => joinTopic(supabase.connect(), 'test-board:order')),
    );
    const elsewhere = await joinTopic(supabase.connect(), 'test-board:elsewhere');
    const isPublic = await joinTopic(supabase.connect(), 'test-board:order', { isPrivate: false });
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
    const { events } = await joinTopic(supabase.connect(), 'test-board:late');
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
    const { events } = await joinTopic(supabase.connect(), 'test-board:things');
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
    const { events } = await joinTopic(supabase.connect(), 'test-board:killed');
    const { admin } = supabase.database;
    for (let i = 0; i < 60; i += 1) {
      if (i % 10 === 5) {
        await admin`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'supabase' and query ilike 'listen%'`;
      }
      await admin`select realtime.send(${admin.json({ i })}, 'tick', 'test-board:killed')`;
    }
    await waitFor('60 messages', () => events.length >= 60);
    expect(events.map(({ payload }) => payload.i)).toEqual(Array.from({ length: 60 }, (_, i) => i));
  });

  test('all connections of the server can be killed and messages still arrive once', async () => {
    const { events } = await joinTopic(supabase.connect(), 'test-board:all-killed');
    const { admin } = supabase.database;
    for (let i = 0; i < 30; i += 1) {
      await admin`select realtime.send(${admin.json({ i })}, 'tick', 'test-board:all-killed')`;
      if (i % 7 === 3) {
        await admin`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'supabase'`;
      }
    }
    await waitFor('30 messages', () => events.length >= 30);
    expect(events.map(({ payload }) => payload.i)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  });
});
