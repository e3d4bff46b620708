import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { BoardPage } from '#domain/leaderboard/standing.ts';
import { type Arena, createArena, refreshPeriod, sendEvents } from '../arena.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

const isOnBoard = async (arena: Arena, player: number): Promise<boolean> => {
  const [row] = await database.sql`
    select public.get_standing(${arena.slug}, ${arena.playerIds[player] ?? ''}) is not null as is_listed`;
  return row?.is_listed;
};

/** One more point for another player, published on each of the six days before the past period ended. */
async function playPast(arena: Arena): Promise<string[]> {
  const days = await database.sql<{ at: string }[]>`
    select to_json(ends_at - n * interval '1 day' - interval '1 hour') #>> '{}' as at
    from leaderboard.board_periods, generate_series(5, 0, -1) as n where id = ${arena.pastPeriodId}`;
  for (const [day, { at }] of days.entries()) {
    const event = { external_id: `${arena.slug}-${day}`, metric: arena.metric, units: day + 1 };
    const player_id = arena.playerIds[day % arena.playerIds.length];
    await sendEvents(database.sql, [{ ...event, player_id, occurred_at: at }]);
    await database.sql`select leaderboard.refresh_period(${arena.pastPeriodId}, ${at})`;
  }
  return days.map(({ at }) => at);
}

async function readAt(arena: Arena, at: string) {
  const [row] = await database.sql<{ page: BoardPage }[]>`
    select public.get_board_at(${arena.slug}, ${at}) as page`;
  return row?.page.standings.map(({ player_id, position, rank, score, tier }) => [
    player_id,
    position,
    rank,
    score,
    tier,
  ]);
}

async function readHistory(arena: Arena) {
  const [row] = await database.sql`
    select public.get_rank_history(${arena.slug}, ${[arena.playerIds[0] ?? '']}, 'week', 60, ${arena.pastPeriodId})
      -> 0 -> 'points' as points`;
  const points: { position: number | null; score: number | null }[] = row?.points;
  return points.map(({ position, score }) => [position, score]);
}

const setKept = (every: string, hourly: string, daily: string) => database.sql`
  update leaderboard.leaderboard_settings set keep_closed_standings_for = '0', keep_every_version_for = ${every}::interval,
    keep_hourly_versions_for = ${hourly}::interval, keep_daily_versions_for = ${daily}::interval`;

it('a closed period answers for its past as long as its versions are kept, and for its end forever', async () => {
  await setKept('1 hour', '8 days', '400 days');
  const arena = await createArena(database.sql, { playerCount: 3 });
  // So the period awards tiers, which have a history.
  await database.sql`
    update leaderboard.board_periods set starts_at = now() + interval '1 day', ends_at = now() + interval '2 days'
    where id = ${arena.currentPeriodId}`;
  const days = await playPast(arena);
  const before = await Promise.all(days.map((at) => readAt(arena, at)));
  const end = days.at(-1) ?? '';
  await database.sql`select leaderboard.freeze_period(${arena.pastPeriodId})`;
  const history = [...(await readHistory(arena))];
  await database.sql`select leaderboard.archive_period(${arena.pastPeriodId})`;
  const purge = async () => {
    await database.sql`select leaderboard.thin_all_history()`;
    const [row] =
      await database.sql`select leaderboard.purge_period(${arena.pastPeriodId}) ->> 'status' as status`;
    return row?.status;
  };
  expect(await purge()).toBe('not_due');
  expect(await Promise.all(days.map((at) => readAt(arena, at)))).toEqual(before);
  expect(await readHistory(arena)).toEqual(history);
  expect(history).toHaveLength(6);

  await setKept('0', '0', '0');
  expect(await purge()).toBe('purged');
  expect(await purge()).toBe('not_due');
  const [left] = await database.sql`
    select (select count(*)::int from leaderboard.standings where period_id = p.id) as standings,
      (select count(*)::int from leaderboard.standing_nodes where period_id = p.id) as nodes,
      (select count(*)::int from leaderboard.standing_history where period_id = p.id) as history,
      (select count(*)::int from leaderboard.standing_node_history where period_id = p.id) as node_history,
      (select count(*)::int from leaderboard.tier_history where period_id = p.id) as tiers,
      (select count(*)::int from leaderboard.board_tops where period_id = p.id) as tops,
      (select count(*)::int from leaderboard.board_versions where period_id = p.id) as versions
    from leaderboard.board_periods as p where p.id = ${arena.pastPeriodId}`;
  expect(left).toEqual({
    standings: 0,
    nodes: 0,
    history: 0,
    node_history: 0,
    tiers: 0,
    tops: 0,
    versions: 1,
  });
  expect(await readAt(arena, end)).toEqual(before.at(-1));
  await expect(readAt(arena, days[0] ?? '')).rejects.toMatchObject({ detail: 'moment_not_kept' });
  expect(await readHistory(arena)).toEqual(history.slice(-1));
  const [page] = await database.sql<{ page: BoardPage }[]>`
    select public.get_board_page(${arena.slug}, 10, null, null, ${arena.pastPeriodId}) as page`;
  expect(page?.page.standings).toHaveLength(3);
});

it('a day of a daily board is purged although its grace reached into the next day of its zone', async () => {
  await setKept('1 hour', '8 days', '400 days');
  const [board] = await database.sql<{ id: number; period: number }[]>`
    with made as (
      insert into public.boards (slug, name, kind, time_zone, close_grace)
      values ('day', 'Day', 'daily', 'Asia/Tokyo', '1 hour') returning id
    )
    insert into leaderboard.board_periods (board_id, starts_at, ends_at, state, version, closed_at)
    select made.id, bounds.starts_at, bounds.ends_at, 'open', 2, now()
    from made, leaderboard.period_bounds('daily', 'Asia/Tokyo', now() - interval '20 days') as bounds
    returning board_id::int as id, id::int as period`;
  await database.sql`
    insert into leaderboard.board_versions (period_id, version, as_of, applied_snapshot, player_count, changed_count,
      tier_change_count, duration_ms)
    select id, n, ends_at + (n - 1.5) * interval '30 minutes', pg_current_snapshot(), 0, 0, 0, 1
    from leaderboard.board_periods, generate_series(1, 2) as n where id = ${board?.period ?? 0}`;
  await database.sql`
    update leaderboard.board_periods set state = 'closed', closed_at = ends_at + interval '1 hour', archive_hash = ''
    where id = ${board?.period ?? 0}`;
  await database.sql`select leaderboard.thin_history(${board?.period ?? 0})`;
  const [row] =
    await database.sql`select leaderboard.purge_period(${board?.period ?? 0}) ->> 'status' as status`;
  expect(row?.status).toBe('purged');
});

it('thinning leaves every kept version as it was and reads only the stretches that get thinner', async () => {
  await setKept('1 hour', '8 days', '400 days');
  const arena = await createArena(database.sql, { playerCount: 1 });
  const id = arena.currentPeriodId;
  // A version every 15 minutes for 12 days; each one superseded ten rows that were valid for 1, 2, 3 …
  // versions.
  await database.sql`
    insert into leaderboard.board_versions (period_id, version, as_of, applied_snapshot, player_count, changed_count,
      tier_change_count, duration_ms)
    select ${id}, n, date_trunc('hour', now()) - (1152 - n) * interval '15 minutes', pg_current_snapshot(), 0, 0, 0, 1
    from generate_series(1, 1152) as n`;
  await database.sql`
    insert into leaderboard.standing_history (period_id, player_id, score, event_count, reached_at, order_key, since_version,
      until_version)
    select ${id}, gen_random_uuid(), n, 1, now(), null, greatest(n - m * m, 1), n
    from generate_series(2, 1152) as n, generate_series(1, 10) as m`;
  await database.sql`analyze leaderboard.standing_history`;
  const countValid = async () => {
    const rows = await database.sql<{ version: number; count: number }[]>`
      select v.version::int, count(h.*)::int from leaderboard.board_versions as v
      left join leaderboard.standing_history as h on h.period_id = v.period_id and h.since_version <= v.version
        and h.until_version > v.version
      where v.period_id = ${id} group by v.version`;
    return new Map(rows.map(({ version, count }) => [version, count]));
  };
  const before = await countValid();
  const thin = () =>
    database.sql.begin(async (sql) => {
      // Includes statistics of earlier transactions that the session has not reported yet.
      const readCount = async () => {
        const [row] = await sql`
          select coalesce(seq_tup_read, 0)::int + coalesce(idx_tup_fetch, 0)::int as count
          from pg_stat_xact_user_tables where relid = 'leaderboard.standing_history'::regclass`;
        return row?.count;
      };
      const before = await readCount();
      await sql`select leaderboard.thin_history(${id})`;
      return (await readCount()) - before;
    });
  await thin();
  const after = await countValid();
  expect(after.size).toBeLessThan(260);
  expect([...after]).toEqual([...after.keys()].map((version) => [version, before.get(version)]));
  const [dead] = await database.sql`
    select count(*)::int from leaderboard.standing_history as h where period_id = ${id} and not exists (
      select from leaderboard.board_versions as v where v.period_id = h.period_id and v.version >= h.since_version
        and v.version < h.until_version)`;
  expect(dead?.count).toBe(0);
  // An hour later one more hour is thinned, at both ends of the hourly stretch.
  await database.sql`
    insert into leaderboard.board_versions (period_id, version, as_of, applied_snapshot, player_count, changed_count,
      tier_change_count, duration_ms)
    select ${id}, 1152 + n, last.as_of + n * interval '15 minutes', pg_current_snapshot(), 0, 0, 0, 1
    from leaderboard.board_versions as last, generate_series(1, 4) as n
    where last.period_id = ${id} and last.version = 1152`;
  expect(await thin()).toBeLessThan(500);
});

describe('marks of players', () => {
  const countMarks = async () => {
    const [row] = await database.sql`select count(*)::int from leaderboard.player_marks`;
    return row?.count;
  };
  const hide = (arena: Arena, player: number) => database.sql`
    update public.profiles set visibility = 'hidden' where id = ${arena.playerIds[player] ?? ''}`;

  it('are deleted although a board is inactive, and that board is correct when reactivated', async () => {
    const arena = await createArena(database.sql, { playerCount: 3 });
    await sendEvents(
      database.sql,
      arena.playerIds.map((player_id, n) => ({
        external_id: `marks-${n}`,
        player_id,
        metric: arena.metric,
        units: 1,
        occurred_at: new Date().toISOString(),
      })),
    );
    await hide(arena, 2);
    await refreshPeriod(database.sql, arena.currentPeriodId);
    const setActive = (is_active: boolean) =>
      database.sql`select public.update_board(${arena.slug}, is_active => ${is_active})`;
    await setActive(false);
    await hide(arena, 0);
    await database.sql`update public.profiles set visibility = 'public' where id = ${arena.playerIds[2] ?? ''}`;
    await database.sql`
      insert into leaderboard.rank_subscriptions (player_id) values (${arena.playerIds[1] ?? ''})`;
    expect(await countMarks()).toBeGreaterThan(0);
    await database.sql`call leaderboard.refresh_due_boards()`;
    await database.sql`select leaderboard.thin_all_history()`;
    expect(await countMarks()).toBe(0);
    await setActive(true);
    await database.sql`call leaderboard.refresh_due_boards()`;
    expect(await Promise.all([0, 1, 2].map((player) => isOnBoard(arena, player)))).toEqual([
      false,
      true,
      true,
    ]);
    const watched = await database.sql`
      select player_id from leaderboard.watched_positions where period_id = ${arena.currentPeriodId}`;
    expect(watched.map(({ player_id }) => player_id)).toEqual([arena.playerIds[1]]);
    const [counted] = await database.sql`
      select player_count::int from leaderboard.board_periods where id = ${arena.currentPeriodId}`;
    expect(counted?.player_count).toBe(2);
  });
});
