import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { BoardPage, Standing } from '#domain/leaderboard/standing.ts';
import { sendEvents } from '../arena.ts';
import { Game } from '../game.ts';

let database: TestDatabase;
let game: Game;
beforeAll(async () => {
  database = await createTestDatabase();
  game = await Game.begin(database.sql, { playerCount: 0 });
});
afterAll(async () => {
  await database.drop();
});

const hour = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000);
const at = (minute: number) => new Date(hour.getTime() + minute * 60_000);

/** The order of players, and the minute they reached their score. */
async function readOrder() {
  const [row] = await game.sql<{ page: BoardPage }[]>`
    select public.get_board_page(${game.arena.slug}, 10) as page`;
  return row?.page.standings.map(({ player_id, score, reached_at }) => [
    game.arena.playerIds.indexOf(player_id),
    score,
    (Date.parse(reached_at) - hour.getTime()) / 60_000,
  ]);
}

describe('the first player to reach a score', () => {
  it('stays first after doing something worth nothing', async () => {
    game = await Game.begin(database.sql, { playerCount: 2 });
    await game.score({ 1: 1 }, at(1));
    await game.score({ 0: 1 }, at(2));
    await game.refresh();
    // Rounded to zero, over the cap of a day, and under a rule of zero.
    const { minorMetric, cappedMetric } = game.arena;
    await game.score({ 1: 0.01 }, at(5), minorMetric);
    await game.score({ 0: 4, 1: 4 }, at(3), cappedMetric);
    await game.score({ 1: 4 }, at(6), cappedMetric);
    await game.refresh();
    // Beyond the cap an event is worth nothing, but still counts as an event.
    await game.score({ 1: 4 }, at(6), cappedMetric);
    await game.refresh();
    const counts = await game.sql`
      select event_count from leaderboard.standings where player_id = ${game.arena.playerIds[1] ?? ''}`;
    expect(counts.map(({ event_count }) => event_count)).toEqual([5]);
    await game.sql`
      insert into public.score_rules (metric, points_per_unit, effective_from) values (${minorMetric}, 0, ${at(6)})`;
    await game.score({ 1: 3 }, at(7), minorMetric);
    await game.refresh();
    expect(await readOrder()).toEqual([
      [0, 120, 3],
      [1, 120, 3],
    ]);
    await game.score({ 0: 1 }, at(8), cappedMetric);
    await game.score({ 0: 1, 1: 1 }, at(9));
    await game.score({ 1: 1 }, at(10), cappedMetric);
    await game.refresh();
    expect(await readOrder()).toEqual([
      [0, 220, 9],
      [1, 220, 9],
    ]);
  });

  it('counts from the first event if none was worth anything, and from the first worth something then', async () => {
    game = await Game.begin(database.sql, { playerCount: 1 });
    await game.score({ 0: 0.01 }, at(7), game.arena.minorMetric);
    await game.refresh();
    expect(await readOrder()).toEqual([[0, 0, 7]]);
    await game.score({ 0: 0.01 }, at(6), game.arena.minorMetric);
    await game.refresh();
    expect(await readOrder()).toEqual([[0, 0, 6]]);
    await game.score({ 0: 1 }, at(4));
    await game.refresh();
    expect(await readOrder()).toEqual([[0, 100, 4]]);
  });

  it('changes with a void, which changes the score as well', async () => {
    game = await Game.begin(database.sql, { playerCount: 1 });
    await game.score({ 0: 1 }, at(1));
    const [mistake] = await game.score({ 0: 1 }, at(2));
    await game.void(mistake, at(9));
    await game.refresh();
    expect(await readOrder()).toEqual([[0, 100, 9]]);
  });
});

it('fills a day under the cap of the rule of each event, also within one batch', async () => {
  game = await Game.begin(database.sql, { playerCount: 1 });
  const { cappedMetric, slug } = game.arena;
  await game.sql`
    insert into public.score_rules (metric, points_per_unit, daily_cap_points, effective_from)
    values (${cappedMetric}, 5, 30, ${at(5)})`;
  const events = [1, 6, 7].map((minute) => ({
    external_id: `mixed-${minute}`,
    player_id: game.id(0),
    metric: cappedMetric,
    units: 8,
    occurred_at: at(minute).toISOString(),
  }));
  const { results } = await sendEvents(game.sql, events, slug);
  expect(results.map(({ points }) => points)).toEqual([20, 10, 0]);
});

describe('a simulation', () => {
  const simulate = async (points: number, cap: number | null) => {
    const [row] = await game.sql<{ answer: { standings: Standing[] } }[]>`
      select public.simulate_score_rule(${game.arena.slug}, ${game.arena.cappedMetric}, ${points}, ${cap}) as answer`;
    return row?.answer.standings.map(({ player_id, score, reached_at, movement }) => [
      game.arena.playerIds.indexOf(player_id),
      score,
      (Date.parse(reached_at) - hour.getTime()) / 60_000,
      movement,
    ]);
  };

  it('of the rule in force matches the board: voids make room under the cap, and worthless events move nobody', async () => {
    game = await Game.begin(database.sql, { playerCount: 2 });
    const { cappedMetric } = game.arena;
    const [mistake] = await game.score({ 0: 4 }, at(1), cappedMetric);
    await game.score({ 0: 4 }, at(2), cappedMetric);
    await game.void(mistake, at(3));
    await game.score({ 0: 3 }, at(4), cappedMetric);
    await game.score({ 1: 3 }, at(5), cappedMetric);
    await game.refresh();
    expect(await readOrder()).toEqual([
      [0, 15, 4],
      [1, 15, 5],
    ]);
    expect(await simulate(5, 20)).toEqual([
      [0, 15, 4, 0],
      [1, 15, 5, 0],
    ]);
    // Worth nothing at all: since the first event.
    expect(await simulate(0, null)).toEqual([
      [0, 0, 1, 0],
      [1, 0, 5, 0],
    ]);
  });
});

it('explains a movement with events of its own period only', async () => {
  game = await Game.begin(database.sql, { playerCount: 2 });
  await game.score({ 0: 1 }, at(1));
  const nextId = await game.beginNextPeriod();
  await game.sql`
    update leaderboard.board_periods set starts_at = now() + interval '1 day', ends_at = now() + interval '2 days'
    where id = ${nextId}`;
  await game.score({ 0: 2 });
  await game.refresh();
  const [row] = await game.sql`
    select public.explain_movement(${game.arena.slug}, ${game.id(0)}, 'refresh') -> 'events' as events`;
  expect(row?.events).toMatchObject([{ points: 100 }]);
});

it('treats a player who is not on the board as having nothing', async () => {
  game = await Game.begin(database.sql, { playerCount: 2 });
  await game.score({ 0: 1, 1: 5 }, at(1));
  await game.score({ 0: 1 }, at(2));
  await game.sql`update public.profiles set is_ranked = false where id = ${game.id(1)}`;
  await game.refresh();
  const [row] = await game.sql`
    select public.compare_players(${game.arena.slug}, ${[game.id(0), game.id(1)]}::uuid[]) -> 'comparison' as lead`;
  expect(row?.lead).toMatchObject({ leader_player_id: game.id(0), lead_points: 200 });
  expect(Date.parse(row?.lead.leads_since)).toBe(at(1).getTime());
});

it("compares by reading the period's events once, not all events ever", async () => {
  game = await Game.begin(database.sql, { playerCount: 2 });
  const { boardId, slug } = game.arena;
  await game.sql`update public.boards set is_active = id = ${boardId}`;
  for (let day = 3; day < 8; day++) {
    const earlier = new Date(Date.now() - day * 86_400_000);
    for (let event = 0; event < 10; event++) await game.score({ 0: 1, 1: 1 }, earlier);
  }
  await game.play({ 0: 2, 1: 1 });
  await game.sql`analyze public.score_events`;
  const fetched = await game.sql.begin(async (sql) => {
    await sql`set local enable_seqscan = off`;
    // Includes statistics of earlier transactions that the session has not reported yet.
    const readCount = async () => {
      const [row] = await sql`
        select pg_stat_get_xact_tuples_fetched('public.score_events'::regclass)::int as count`;
      return row?.count;
    };
    const before = await readCount();
    await sql`select public.compare_players(${slug}, ${[game.id(0), game.id(1)]}::uuid[])`;
    return (await readCount()) - before;
  });
  // The totals by metric cover everything, 102 events; the lead only the two of the period.
  expect(fetched).toBeLessThan(110);
});
