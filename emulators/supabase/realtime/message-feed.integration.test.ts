import postgres from 'postgres';
import { expect, test } from 'vitest';
import { getPostgresOptions } from '../database.ts';
import { joinTopic } from '../testing/join-topic.ts';
import { startTestSupabase } from '../testing/start-test-supabase.ts';
import { waitFor } from '../testing/wait-for.ts';

test('a client that joins a restarted server receives new messages and no leftovers', async () => {
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let holding: Promise<unknown> = Promise.resolve();
  const supabase = await startTestSupabase(async ({ databaseUrl }) => {
    const sql = postgres(databaseUrl, getPostgresOptions({ max: 1 }));
    await sql`select realtime.send('{}', 'left', 'news', false)`;
    holding = sql
      .begin(async (transaction) => {
        await transaction`lock table realtime.undelivered in share mode`;
        held.resolve();
        await released.promise;
      })
      .finally(() => sql.end());
    await held.promise;
  });
  const { admin } = supabase.database;
  try {
    await waitFor('the server to drop what was left', async () => {
      const waiting = await admin`
        select from pg_locks where not granted and relation = 'realtime.undelivered'::regclass`;
      return waiting.length > 0;
    });
    let isJoined = false;
    const joining = joinTopic(supabase.connect(), 'news', { isPrivate: false }).finally(() => {
      isJoined = true;
    });
    // Many responses of the same server, so a join that does not wait would be among them.
    for (let i = 0; i < 20; i += 1) expect((await fetch(`${supabase.url}/health`)).status).toBe(200);
    expect(isJoined).toBe(false);
    released.resolve();
    const { status, events } = await joining;
    expect(status).toBe('SUBSCRIBED');
    await admin`select realtime.send('{}', 'new', 'news', false)`;
    await waitFor('a message', () => events.length > 0);
    expect(events.map(({ event }) => event)).toEqual(['new']);
  } finally {
    released.resolve();
    await holding;
    await supabase.stop();
  }
});
