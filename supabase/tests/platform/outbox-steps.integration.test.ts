// What marking, releasing, counting and sweeping do, from rows in every state at one moment.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { Transaction } from '../personas.ts';
import { rehearse } from '../rehearse.ts';
import { due, endsNow, held, type OutboxRow, putOutboxRows } from './outbox-rows.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('marking and releasing', () => {
  const ids = async (sql: Transaction, seqs: number[]): Promise<string[]> =>
    (await sql<{ id: string }[]>`select id from platform.outbox where seq = any (${seqs}) order by seq`).map(
      ({ id }) => id,
    );
  const list = (sql: Transaction) => sql`
    select seq::int, extract(epoch from claimed_until - now())::int as claim,
      extract(epoch from sent_at - now())::int as sent
    from platform.outbox order by seq`;
  const rows: OutboxRow[] = [
    { seq: 1, attempts: 1, claim: held },
    { seq: 2, attempts: 1, claim: held },
    { seq: 3, attempts: 1, claim: null, isSent: true },
    { seq: 4, attempts: 1, claim: null, isSent: true },
  ];

  test('marks the named unsent events, once', async () => {
    await rehearse(database, async (sql) => {
      await putOutboxRows(sql, rows);
      const named = await ids(sql, [1, 3]);
      const mark = async () =>
        (await sql`select public.mark_outbox_events_sent(${named}) as count`)[0]?.count;
      expect([await mark(), await mark()]).toEqual([1, 0]);
      expect([...(await list(sql))]).toEqual([
        { seq: 1, claim: null, sent: 0 },
        { seq: 2, claim: held, sent: null },
        { seq: 3, claim: null, sent: -60 },
        { seq: 4, claim: null, sent: -60 },
      ]);
    });
  });

  test('releases the named unsent events', async () => {
    await rehearse(database, async (sql) => {
      await putOutboxRows(sql, rows);
      const [row] = await sql`
        select public.release_outbox_events(${await ids(sql, [1, 3])}) as count`;
      expect(row?.count).toBe(1);
      expect([...(await list(sql))]).toEqual([
        { seq: 1, claim: 2, sent: null },
        { seq: 2, claim: held, sent: null },
        { seq: 3, claim: null, sent: -60 },
        { seq: 4, claim: null, sent: -60 },
      ]);
    });
  });
});

describe('the backlog', () => {
  const read = async (sql: Transaction) =>
    (await sql`select public.get_outbox_backlog() as backlog`)[0]?.backlog;

  test('is zero for an empty outbox', async () => {
    await rehearse(database, async (sql) => {
      expect(await read(sql)).toEqual({ unsent_count: 0, oldest_created_at: null, attempts_max: 0 });
    });
  });

  test('reports the number, age and attempts of unsent events', async () => {
    await rehearse(database, async (sql) => {
      await putOutboxRows(sql, [
        { seq: 1, attempts: 2 },
        { seq: 2, attempts: 5 },
        { seq: 3, attempts: 9, isSent: true },
      ]);
      await sql`update platform.outbox set created_at = '2026-01-01T00:00:00Z'::timestamptz - make_interval(days => seq::int)`;
      const backlog = await read(sql);
      expect(backlog).toMatchObject({ unsent_count: 2, attempts_max: 5 });
      expect(Date.parse(backlog.oldest_created_at)).toBe(Date.UTC(2025, 11, 30));
    });
  });
});

describe('the sweep', () => {
  const configure = async (sql: Transaction, secrets: Record<string, string>) => {
    for (const [name, value] of Object.entries(secrets))
      await sql`select vault.create_secret(${value}, ${name})`;
  };
  const secrets = { functions_url: 'http://127.0.0.1:9/functions/v1/', secret_key: 'sb_secret_test' };

  test.each<[string, OutboxRow[], boolean]>([
    ['no event', [], false],
    ['a fresh event', [{ seq: 1 }], true],
    ['an event whose claim has ended', [{ seq: 1, attempts: 1 }], true],
    ['an event whose claim ends at this moment', [{ seq: 1, attempts: 1, claim: endsNow }], false],
    ['an event that is held', [{ seq: 1, attempts: 1, claim: held }], false],
    ['an event that was sent', [{ seq: 1, attempts: 1, claim: null, isSent: true }], false],
    ['a sent event whose claim ended', [{ seq: 1, attempts: 1, claim: due, isSent: true }], false],
  ])('of %s', async (_, rows, isPoked) => {
    await rehearse(database, async (sql) => {
      await putOutboxRows(sql, rows);
      await configure(sql, secrets);
      const [row] = await sql`select platform.sweep_outbox() as poked`;
      expect(row?.poked).toBe(isPoked);
      expect(await sql`select from net.http_request_queue`).toHaveLength(isPoked ? 1 : 0);
    });
  });

  test.each(Object.entries(secrets))('reports that only %s is configured', async (name, value) => {
    await database.sql`delete from platform.outbox`;
    await expect(
      rehearse(database, async (sql) => {
        await putOutboxRows(sql, [{ seq: 1 }]);
        await configure(sql, { [name]: value });
        await sql`select platform.sweep_outbox()`;
      }),
    ).rejects.toThrow(/relay is not configured/);
  });

  test('asks the relay with the secret key, and waits five seconds at most', async () => {
    await rehearse(database, async (sql) => {
      await configure(sql, secrets);
      await sql`select platform.emit_event('test/thing.happened', '{}')`;
      const requests = await sql`
        select method, url, headers, convert_from(body, 'utf8') as body, timeout_milliseconds
        from net.http_request_queue`;
      expect([...requests]).toEqual([
        {
          method: 'POST',
          url: 'http://127.0.0.1:9/functions/v1/relay',
          headers: { 'content-type': 'application/json', apikey: 'sb_secret_test' },
          body: '{}',
          timeout_milliseconds: 5000,
        },
      ]);
    });
  });

  test('is not shared between transactions: each of a connection asks for itself', async () => {
    const { sql } = database;
    try {
      await sql.begin((transaction) => configure(transaction, secrets));
      const connection = await sql.reserve();
      try {
        await connection`select platform.emit_event('test/thing.happened', '{}')`;
        await connection`select platform.emit_event('test/thing.happened', '{}')`;
      } finally {
        connection.release();
      }
      expect(await sql`select from net.http_request_queue`).toHaveLength(2);
    } finally {
      await sql`delete from vault.secrets`;
      await sql`delete from platform.outbox`;
    }
  });
});

test.each(['[]', '"text"', 'null'])('%s is not event data', async (data) => {
  await expect(
    database.sql`select platform.emit_event('test/thing.happened', ${data}::text::jsonb)`,
  ).rejects.toThrow(/outbox_data_check/);
});
