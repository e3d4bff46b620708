import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { Standing } from '#domain/leaderboard/standing.ts';
import { Game } from '../game.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

interface Page {
  standings: Standing[];
}

/** A past season with four players in order, the last two tied; the next one is only planned. */
async function playSeason(): Promise<Game> {
  const game = await Game.begin(database.sql, { playerCount: 4 });
  const { pastPeriodId, currentPeriodId } = game.arena;
  await game.sql`
    update leaderboard.board_periods set starts_at = now() + interval '1 day', ends_at = now() + interval '2 days'
    where id = ${currentPeriodId}`;
  const at = new Date(Date.now() - 5 * 86_400_000);
  await game.score({ 1: 3, 2: 1 }, at);
  await game.refresh(pastPeriodId);
  await game.score({ 0: 4, 3: 1 }, new Date(at.getTime() + 60_000));
  await game.sql`select leaderboard.freeze_period(${pastPeriodId})`;
  await game.sql`select leaderboard.archive_period(${pastPeriodId})`;
  return game;
}

/** Simulates the day after the close: only the end of the season is left. */
async function purge(game: Game): Promise<void> {
  const { pastPeriodId } = game.arena;
  await game.sql`
    update leaderboard.leaderboard_settings set keep_closed_standings_for = '0', keep_every_version_for = '0',
      keep_hourly_versions_for = '0', keep_daily_versions_for = '0'`;
  await game.sql`select leaderboard.thin_history(${pastPeriodId})`;
  const [row] = await game.sql`select leaderboard.purge_period(${pastPeriodId}) ->> 'status' as status`;
  expect(row?.status).toBe('purged');
}

describe('a past season, until the next one begins,', () => {
  it('has the same numbers before and after its purge', async () => {
    const game = await playSeason();
    const read = async () => {
      const [row] = await game.sql`select public.get_board_statistics(${game.arena.slug}) as numbers`;
      return row?.numbers;
    };
    const before = await read();
    expect(before).toMatchObject({
      player_count: 4,
      score_max: 400,
      score_min: 100,
      percentiles: { p10: 100, p50: 100, p75: 300, p99: 400 },
      thresholds: { champion: 400, silver: 300, bronze: 100, top_10: null },
    });
    await purge(game);
    expect(await read()).toEqual(before);
  });

  it('is simulated against its archive, no matter who has hidden since', async () => {
    const game = await playSeason();
    const simulate = async (points: number) => {
      const [row] = await game.sql<{ answer: { standings: Standing[]; tier_changes: unknown[] } }[]>`
        select public.simulate_score_rule(${game.arena.slug}, ${game.arena.metric}, ${points}) as answer`;
      const { standings, tier_changes } = row?.answer ?? { standings: [], tier_changes: [] };
      return { moved: standings.map(({ score, tier, movement }) => [score, tier, movement]), tier_changes };
    };
    const asPlayed = {
      moved: [
        [400, 'champion', 0],
        [300, 'silver', 0],
        [100, 'bronze', 0],
        [100, 'top_10', 0],
      ],
      tier_changes: [],
    };
    expect(await simulate(100)).toEqual(asPlayed);
    await purge(game);
    expect(await simulate(100)).toEqual(asPlayed);
    await game.sql`update public.profiles set visibility = 'hidden' where id = ${game.id(1)}`;
    expect(await simulate(100)).toEqual(asPlayed);
    // Worth nothing: the first one to score stays first.
    const { moved, tier_changes } = await simulate(0);
    expect(moved.map(([, , movement]) => movement)).toEqual([1, 1, -2, 0]);
    expect(tier_changes).toMatchObject([
      { tier_before: 'silver', tier_after: 'champion', display_name: 'Anonymous player' },
      { tier_before: 'bronze', tier_after: 'silver' },
      { tier_before: 'champion', tier_after: 'bronze' },
    ]);
  });

  it('shows its end at each later moment, until the next one begins', async () => {
    const game = await playSeason();
    const { slug, pastPeriodId, currentPeriodId } = game.arena;
    const readAt = async (moment: string) => {
      const [row] = await game.sql<{ page: Page & { board: { period_id: number; version: number } } }[]>`
        select public.get_board_at(${slug}, ${game.sql.unsafe(moment)}) as page`;
      const { board, standings } = row?.page ?? {};
      return [board?.period_id, board?.version, standings?.map(({ score }) => score)];
    };
    const end = [pastPeriodId, 2, [400, 300, 100, 100]];
    expect(await readAt('now()')).toEqual(end);
    await purge(game);
    expect(await readAt('now()')).toEqual(end);
    await game.sql`
      update leaderboard.board_periods set starts_at = now() where id = ${currentPeriodId}`;
    await game.score({ 2: 7 }, new Date(Date.now() + 60_000));
    await game.refresh();
    // Nothing else is known about the future.
    expect(await readAt("now() + interval '9 days'")).toEqual([currentPeriodId, 1, [700]]);
    expect(await readAt('now()')).toEqual([currentPeriodId, 1, [700]]);
    expect(
      await readAt(`(select starts_at - interval '1 microsecond' from leaderboard.board_periods
      where id = ${currentPeriodId})`),
    ).toEqual(end);
  });

  it.each([
    ['hid', "visibility = 'hidden'"],
    ['became anonymous', "visibility = 'anonymous'"],
    ['left', 'left_at = now()'],
  ])('no longer names players who %s since, at any moment of it', async (_, change) => {
    const game = await playSeason();
    const { slug, pastPeriodId } = game.arena;
    await game.sql.unsafe(`update public.profiles set ${change} where id = '${game.id(1)}'`);
    const [row] = await game.sql<{ page: Page; past: Page }[]>`
      select public.get_board_page(${slug}, period_id => ${pastPeriodId}) as page,
        public.get_board_at(${slug}, now(), period_id => ${pastPeriodId}) as past`;
    const standings = [...(row?.page.standings ?? []), ...(row?.past.standings ?? [])];
    expect(standings.map(({ position, score }) => [position, score]).slice(1, 2)).toEqual([[2, 300]]);
    expect(standings.filter(({ position }) => position === 2)).toMatchObject([
      { username: null, display_name: 'Anonymous player', is_anonymous: true },
      { username: null, display_name: 'Anonymous player', is_anonymous: true },
    ]);
    expect(JSON.stringify(row)).not.toContain(game.id(1));
    // Callers who may not ask for a player's place cannot find their row.
    const asked = await game.sql.begin(async (visitor) => {
      await visitor`set local role anon`;
      return visitor`
        select public.get_standing(${slug}, ${game.id(1)}, ${pastPeriodId}) as standing,
          public.get_player_stats(${game.id(1)}) as stats`;
    });
    expect(asked).toEqual([{ standing: null, stats: null }]);
  });

  it('explains no movement when only its end is kept', async () => {
    const game = await playSeason();
    const explain = async (since: string) => {
      const [row] = await game.sql`
        select public.explain_movement(${game.arena.slug}, ${game.id(1)}, ${since}) as why`;
      return row?.why;
    };
    const end = { version: 2, position: 2, score: 300 };
    expect(await explain('refresh')).toMatchObject({
      since: { version: 1, position: 1, score: 300 },
      now: end,
      passed_by: { count: 1 },
    });
    await purge(game);
    for (const since of ['refresh', 'day', '2020-01-01']) {
      expect(await explain(since)).toMatchObject({
        since: end,
        now: end,
        events: [],
        passed: { count: 0 },
        passed_by: { count: 0 },
      });
    }
  });
});

it('a past moment has its official tiers, from any position on', async () => {
  const game = await Game.begin(database.sql, { playerCount: 5, titleHold: 1 });
  const { slug, currentPeriodId } = game.arena;
  await game.play({ 0: 5, 1: 4, 2: 3, 3: 2, 4: 1 });
  await game.play({ 1: 6 });
  await game.refresh();
  const readAt = async (version: number, from = 1) => {
    const [row] = await game.sql`
      select jsonb_path_query_array(public.get_board_at(${slug}, v.as_of, 3, null, ${from}::bigint)::jsonb,
        '$.standings[*].tier') as tiers
      from leaderboard.board_versions as v where v.period_id = ${currentPeriodId} and v.version = ${version}`;
    return row?.tiers;
  };
  expect([await readAt(1), await readAt(2), await readAt(3)]).toEqual([
    ['champion', 'silver', 'bronze'],
    ['silver', 'champion', 'bronze'],
    ['champion', 'silver', 'bronze'],
  ]);
  expect([await readAt(2, 2), await readAt(2, 5), await readAt(2, 6)]).toEqual([
    ['champion', 'bronze', 'top_10'],
    ['top_10'],
    [],
  ]);
  // Tiers withdrawn later were still held.
  await game.sql`update public.boards set awards_tiers = false where id = ${game.arena.boardId}`;
  expect(await readAt(3)).toEqual(['champion', 'silver', 'bronze']);
  await game.play({ 4: 1 });
  expect(await readAt(4)).toEqual([null, null, null]);
  for (const from of ['0', '9223372036854775807']) {
    const refused = game.sql`select public.get_board_at(${slug}, now(), 3, null, ${from}::bigint)`;
    await expect(refused).rejects.toMatchObject({ detail: 'invalid_position' });
  }
});

it('the history since the last refresh begins with the first version', async () => {
  const game = await Game.begin(database.sql, { playerCount: 1 });
  const readPoints = async () => {
    const [row] = await game.sql<{ points: { version: number; score: number }[] }[]>`
      select public.get_rank_history(${game.arena.slug}, ${[game.id(0)]}::uuid[], 'refresh') -> 0 -> 'points' as points`;
    return row?.points.map(({ version, score }) => [version, score]);
  };
  expect(await readPoints()).toEqual([]);
  await game.play({ 0: 1 });
  expect(await readPoints()).toEqual([[1, 100]]);
  await game.play({ 0: 1 });
  expect(await readPoints()).toEqual([
    [1, 100],
    [2, 200],
  ]);
});

it('a refresh that changes no tier records none', async () => {
  const game = await Game.begin(database.sql, { playerCount: 2 });
  await game.play({ 0: 5, 1: 1 });
  const write = () =>
    game.sql.begin(async (sql) => {
      const count = async () => {
        const [row] = await sql`
          select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::int as count from pg_stat_xact_user_tables
          where relid in ('leaderboard.tier_history'::regclass, 'public.player_tiers'::regclass)`;
        return row?.count;
      };
      const before = await count();
      await sql`select leaderboard.refresh_period(${game.arena.currentPeriodId})`;
      return (await count()) - before;
    });
  await game.score({ 0: 1 });
  expect(await write()).toBe(0);
  await game.score({ 1: 9 });
  // Two tiers are withdrawn and awarded, and the same number is recorded as ended and begun.
  expect(await write()).toBe(8);
});
