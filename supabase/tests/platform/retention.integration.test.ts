// The retention of each kind of row, exact to the microsecond.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { rehearse } from '../rehearse.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/**
 * How to create a row of a given age, with `$1` as its moment and `$2` as its number, and how to check that
 * it exists.
 */
const kept: Record<string, { age: string; put: string; list: string }> = {
  'a sent event': {
    age: '7 days',
    put: `insert into platform.outbox (seq, name, data, sent_at) overriding system value
      values ($2::bigint, 'test/thing.happened', '{}', $1::text::timestamptz)`,
    list: 'select seq::int as number from platform.outbox',
  },
  'the result of a command': {
    age: '30 days',
    put: `insert into platform.command_results (command, actor_id, idempotency_key, arguments, created_at)
      values ('x', gen_random_uuid(), $2::text, '{}', $1::text::timestamptz)`,
    list: 'select idempotency_key::int as number from platform.command_results',
  },
  'the answer to an interaction': {
    age: '1 day',
    put: `insert into platform.interactions (id, command, discord_user_id, response, received_at)
      values ('12345678901234567' || $2::text, 'x', '123456789012345678', '{}', $1::text::timestamptz)`,
    list: 'select right(id, 1)::int as number from platform.interactions where response is not null',
  },
  'an interaction': {
    age: '90 days',
    put: `insert into platform.interactions (id, command, discord_user_id, received_at)
      values ('12345678901234567' || $2::text, 'x', '123456789012345678', $1::text::timestamptz)`,
    list: 'select right(id, 1)::int as number from platform.interactions',
  },
  'a run of a durable function': {
    age: '30 days',
    put: `insert into platform.workflow_runs
        (run_id, function_id, status_at, started_at, last_seen_at, quiet_after)
      values ($2::text, 'x', now(), now(), $1::text::timestamptz, now() - interval '1 second')`,
    list: 'select run_id::int as number from platform.workflow_runs',
  },
  'the answer of an HTTP request': {
    age: '6 hours',
    put: `insert into net._http_response (id, created) values ($2::bigint, $1::text::timestamptz)`,
    list: 'select id::int as number from net._http_response',
  },
};

test.each(Object.entries(kept))('%s is kept as long as promised', async (_, { age, put, list }) => {
  await rehearse(database, async (sql) => {
    const [moment] = await sql<{ last: string; late: string }[]>`
      select (now() - ${age}::interval)::text as last, (now() - ${age}::interval - interval '1 microsecond')::text as late`;
    await sql.unsafe(put, [moment?.last ?? '', '1']);
    await sql.unsafe(put, [moment?.late ?? '', '2']);
    await sql`select platform.purge_old_rows()`;
    expect([...(await sql.unsafe(list))]).toEqual([{ number: 1 }]);
  });
});

test('an unsent event is kept however old it is', async () => {
  await rehearse(database, async (sql) => {
    await sql`insert into platform.outbox (name, data, created_at) values ('test/thing.happened', '{}', '2020-01-01')`;
    await sql`select platform.purge_old_rows()`;
    expect(await sql`select from platform.outbox`).toHaveLength(1);
  });
});

test("a rate limit's window is kept until the next one has ended", async () => {
  await rehearse(database, async (sql) => {
    await sql`
      insert into platform.rate_limits (bucket, window_seconds, window_number, hits)
      select 'a', 60, floor(extract(epoch from now()) / 60) - back, 1 from generate_series(0, 3) as back`;
    await sql`select platform.purge_old_rows()`;
    const rows = await sql<{ back: number }[]>`
      select (floor(extract(epoch from now()) / 60) - window_number)::int as back from platform.rate_limits order by back`;
    expect(rows.map(({ back }) => back)).toEqual([0, 1]);
  });
});
