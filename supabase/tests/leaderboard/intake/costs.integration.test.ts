import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayers, sendEvents } from '../arena.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

/** A daily board with this many closed days, and today. */
async function createAgedBoard(dayCount: number): Promise<void> {
  await database.sql`
    with board as (
      insert into public.boards (slug, name, kind, late_policy) values ('aged', 'Aged', 'daily', 'next_period') returning id
    )
    insert into leaderboard.board_periods (board_id, starts_at, ends_at, state, archive_hash, applied_snapshot)
    select board.id, day, day + interval '1 day', 'closed', '\\x00', pg_current_snapshot()
    from board
    cross join generate_series(date_trunc('day', now()) - make_interval(days => ${dayCount}),
      date_trunc('day', now()) - interval '1 day', interval '1 day') as day`;
  await database.sql`select leaderboard.open_due_periods()`;
  await database.sql`analyze leaderboard.board_periods`;
}

it('voids old events by looking at a few periods, however many have closed since', async () => {
  await createAgedBoard(300);
  const [player_id] = await createPlayers(database.sql, 1);
  const occurred_at = new Date(Date.now() - 299 * 86_400_000).toISOString();
  const events = Array.from({ length: 20 }, (_, number) => ({
    external_id: `old-${number}`,
    player_id,
    metric: 'deal_closed',
    units: 1,
    occurred_at,
  }));
  expect(await sendEvents(database.sql, events)).toMatchObject({ accepted: 20 });
  const readCount = await database.sql.begin(async (sql) => {
    // Includes statistics of earlier transactions that the session has not reported yet.
    const count = async () => {
      const [row] = await sql<{ rows: number }[]>`
        select (seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_xact_user_tables
        where relid = 'leaderboard.board_periods'::regclass`;
      return row?.rows ?? 0;
    };
    const before = await count();
    const voids = events.map(({ external_id }) => ({
      external_id: `void-${external_id}`,
      voids: external_id,
    }));
    expect(await sendEvents(sql, voids)).toMatchObject({ accepted: 20 });
    return (await count()) - before;
  });
  // A few rows of each board for each void.
  expect(readCount).toBeLessThan(20 * 30);
});
