import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findNoonZone } from '#dev/tests/noon-zone.ts';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayers, sendEvents } from '../arena.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

describe('the bounds of a period', () => {
  it.each([
    ['daily', 'Europe/Berlin', '2026-03-29T10:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
    ['daily', 'Europe/Berlin', '2026-10-25T10:00:00Z', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
    ['daily', 'America/New_York', '2026-11-01T03:59:00Z', '2026-10-31T04:00:00Z', '2026-11-01T04:00:00Z'],
    ['weekly', 'America/New_York', '2026-11-04T00:00:00Z', '2026-11-02T05:00:00Z', '2026-11-09T05:00:00Z'],
    ['weekly', 'Europe/Berlin', '2026-03-25T00:00:00Z', '2026-03-22T23:00:00Z', '2026-03-29T22:00:00Z'],
    [
      'monthly',
      'Australia/Lord_Howe',
      '2026-04-10T00:00:00Z',
      '2026-03-31T13:00:00Z',
      '2026-04-30T13:30:00Z',
    ],
    // Clocks go back from 01:00 to 00:00, so the day begins an hour before the second midnight.
    ['daily', 'America/Havana', '2026-11-01T04:30:00Z', '2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z'],
    ['daily', 'Atlantic/Azores', '2026-10-25T01:30:00Z', '2026-10-25T00:00:00Z', '2026-10-26T01:00:00Z'],
    // A minute after midnight they went back to the previous, already ended day.
    ['daily', 'America/St_Johns', '2010-11-07T03:00:00Z', '2010-11-07T02:30:00Z', '2010-11-08T03:30:00Z'],
    // A whole day was skipped.
    ['daily', 'Pacific/Apia', '2011-12-30T12:00:00Z', '2011-12-30T10:00:00Z', '2011-12-31T10:00:00Z'],
    ['monthly', 'UTC', '2028-02-29T23:59:59Z', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
  ])('of a %s board in %s at %s', async (kind, zone, at, startsAt, endsAt) => {
    const [bounds] = await database.sql`select * from leaderboard.period_bounds(${kind}, ${zone}, ${at})`;
    expect(bounds).toEqual({ starts_at: new Date(startsAt), ends_at: new Date(endsAt) });
  });

  it('leave no gap and no overlap over clock changes of any kind', async () => {
    const zones = [
      ...['Europe/Berlin', 'America/Sao_Paulo', 'Asia/Tehran', 'Pacific/Chatham', 'UTC', 'Atlantic/Azores'],
      ...['America/Havana', 'America/Scoresbysund', 'America/St_Johns', 'Africa/Cairo', 'America/Santiago'],
    ];
    const [gaps] = await database.sql`
      with recursive walk as (
        select kind, zone, b.starts_at, b.ends_at, b.starts_at as last_end
        from unnest(array['daily', 'weekly', 'monthly']) as kind, unnest(${zones}::text[]) as zone,
          unnest(array['2009-12-20T00:00Z', '2022-12-20T00:00Z']::timestamptz[]) as at,
          leaderboard.period_bounds(kind, zone, at) as b
        union all
        select walk.kind, walk.zone, b.starts_at, b.ends_at, walk.ends_at
        from walk, leaderboard.period_bounds(walk.kind, walk.zone, walk.ends_at) as b
        where walk.ends_at < '2011-02-01' or walk.ends_at between '2022-12-01' and '2025-02-01'
      )
      select count(*)::int as count, count(*) filter (where walk.starts_at <> walk.last_end)::int as torn,
        count(*) filter (where inner_bounds.starts_at is distinct from walk.starts_at
          or inner_bounds.ends_at is distinct from walk.ends_at)::int as unlike
      from walk cross join unnest(array[interval '1 microsecond', '30 minutes', '90 minutes', '150 minutes']) as before
      left join lateral leaderboard.period_bounds(walk.kind, walk.zone, walk.ends_at - before) as inner_bounds on true`;
    expect(gaps).toMatchObject({ torn: 0, unlike: 0 });
    expect(gaps?.count).toBeGreaterThan(50_000);
  });

  it('must be in a time zone that exists', async () => {
    const making = database.sql`
      insert into public.boards (slug, name, kind, time_zone) values ('lost', 'Lost', 'daily', 'Mars/Olympus')`;
    await expect(making).rejects.toMatchObject({ code: '23514' });
  });
});

/** A daily board of one metric whose only period was three days ago, as after an outage. */
async function createLeftBehind(slug: string) {
  const [playerId = ''] = await createPlayers(database.sql, 1);
  const metric = slug.replaceAll('-', '_');
  await database.sql`
    insert into public.score_rules (metric, points_per_unit, effective_from) values (${metric}, 1, '2020-01-01')`;
  await database.sql`
    select public.create_board(${slug}, 'Missed', 'daily', array[${metric}], ${findNoonZone()},
      late_policy => 'refuse', close_grace => '0')`;
  const rows = await database.sql<{ at: string }[]>`
    with moved as (
      update leaderboard.board_periods as p set starts_at = p.starts_at - interval '3 days',
        ends_at = p.ends_at - interval '3 days'
      from public.boards as b where b.id = p.board_id and b.slug = ${slug} returning p.starts_at
    )
    select to_json(least(moved.starts_at + n * interval '1 day' + interval '1 hour', now())) #>> '{}' as at
    from moved, generate_series(0, 3) as n order by n`;
  const events = rows.map(({ at }, day) => ({
    external_id: `${slug}-${day}`,
    player_id: playerId,
    metric,
    units: day + 1,
    occurred_at: at,
  }));
  expect(await sendEvents(database.sql, events)).toMatchObject({ accepted: 4 });
}

async function readPeriods(slug: string) {
  return database.sql<{ id: number; state: string; score: number | null; is_intact: string | null }[]>`
    select p.id::int, p.state, (public.get_board_page(${slug}, 10, null, null, p.id) -> 'standings' -> 0 ->> 'score')::int as score,
      public.verify_archive(p.id) ->> 'is_intact' as is_intact
    from leaderboard.board_periods as p join public.boards as b on b.id = p.board_id
    where b.slug = ${slug} order by p.starts_at`;
}

async function readMessages(slug: string) {
  const rows = await database.admin<{ payload: Record<string, unknown> }[]>`
    select payload from realtime.messages where topic = ${`board:${slug}`} and event = 'board_refreshed'
    order by inserted_at, (payload ->> 'period_id')::bigint`;
  return rows.map(({ payload }) => payload);
}

describe('periods', () => {
  it('are opened once, whoever asks', async () => {
    await database.sql`
      insert into public.boards (slug, name, kind, time_zone) values ('zoned', 'Zoned', 'daily', ${findNoonZone()})`;
    const open = () => database.sql`select leaderboard.open_due_periods()`;
    await Promise.all([open(), open(), open()]);
    expect(await readPeriods('zoned')).toHaveLength(1);
  });

  it('are opened, counted and closed in order after an outage', async () => {
    await createLeftBehind('left-behind');
    await database.sql`call leaderboard.refresh_due_boards()`;
    await database.sql`call leaderboard.close_due_periods()`;
    const periods = await readPeriods('left-behind');
    expect(periods.map(({ state, score, is_intact }) => [state, score, is_intact])).toEqual([
      ['closed', 1, 'true'],
      ['closed', 2, 'true'],
      ['closed', 3, 'true'],
      ['open', 4, null],
    ]);
    const closed = await database.sql`
      select (data ->> 'period_id')::int as id, (data ->> 'next_period_id')::int as next from platform.outbox
      where name = 'leaderboard/period.closed' and data ->> 'board' = 'left-behind' order by seq`;
    expect(closed.map(({ id, next }) => [id, next])).toEqual(
      [0, 1, 2].map((n) => [periods[n]?.id, periods[n + 1]?.id]),
    );
  });

  it('are caught up in batches after a long outage', async () => {
    await createLeftBehind('long-gone');
    const open = async () => {
      const [row] = await database.sql`
        select leaderboard.open_periods(boards, 2) as opened from public.boards where slug = 'long-gone'`;
      return [row?.opened, (await readPeriods('long-gone')).length];
    };
    expect([await open(), await open(), await open()]).toEqual([
      [2, 3],
      [1, 4],
      [0, 4],
    ]);
  });

  it('notify open pages when they open, before the first score, and when they close', async () => {
    await createLeftBehind('on-screen');
    await database.sql`select leaderboard.open_due_periods()`;
    const ids = (await readPeriods('on-screen')).map(({ id }) => id);
    expect((await readMessages('on-screen')).at(-1)).toMatchObject({
      period_id: ids[3],
      version: 0,
      changes: [],
    });
    await database.sql`call leaderboard.close_due_periods()`;
    const closed = (await readMessages('on-screen')).filter(({ state }) => state === 'closed');
    expect(closed.map(({ period_id, next_period_id }) => [period_id, next_period_id])).toEqual([
      [ids[0], ids[1]],
      [ids[1], ids[2]],
      [ids[2], ids[3]],
    ]);
  });

  it('open on one board although another board fails', async () => {
    const undo = new Error('undo');
    const trying = database.sql.begin(async (sql) => {
      // Whatever else is due by now.
      await sql`select leaderboard.open_due_periods()`;
      await sql`alter table public.boards drop constraint boards_time_zone_check`;
      await sql`insert into public.boards (slug, name, kind, time_zone) values
        ('broken', 'Broken', 'daily', 'Mars/Olympus'), ('whole', 'Whole', 'daily', 'UTC')`;
      const [opened] = await sql`select leaderboard.open_due_periods() as count`;
      expect(opened?.count).toBe(1);
      const [run] =
        await sql`select failed_count::int, last_error from leaderboard.refresh_runs where job = 'refresh'`;
      expect(run).toMatchObject({ failed_count: 1, last_error: expect.stringContaining('broken') });
      throw undo;
    });
    await expect(trying).rejects.toBe(undo);
  });
});
