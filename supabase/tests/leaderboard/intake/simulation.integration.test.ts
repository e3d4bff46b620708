import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { BoardPage, Standing } from '#domain/leaderboard/standing.ts';
import { sendEvents } from '../arena.ts';
import { Game } from '../game.ts';

let database: TestDatabase;
let game: Game;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
const at = (time: string) => new Date(`${day}T${time}:00Z`);

/** A board whose current period began yesterday at this time, on which 5 points a unit count, 20 a day. */
async function begin(playerCount: number, startsAt = '00:00') {
  game = await Game.begin(database.sql, { playerCount });
  const { boardId, pastPeriodId, currentPeriodId } = game.arena;
  await game.sql`update public.boards set is_active = id = ${boardId}`;
  await game.sql`update leaderboard.board_periods set ends_at = ${at(startsAt)} where id = ${pastPeriodId}`;
  await game.sql`update leaderboard.board_periods set starts_at = ${at(startsAt)} where id = ${currentPeriodId}`;
}

/** Sends one batch in this order and returns the points of each event. */
async function send(...events: [externalId: string, player: number, time: string, units: number][]) {
  const batch = events.map(([external_id, player, time, units]) => ({
    external_id,
    player_id: game.id(player),
    metric: game.arena.cappedMetric,
    units,
    occurred_at: at(time).toISOString(),
  }));
  const { results } = await sendEvents(game.sql, batch, game.arena.slug);
  return results.map(({ points }) => points);
}

const show = ({ player_id, score, reached_at }: Standing) => [
  game.arena.playerIds.indexOf(player_id),
  score,
  reached_at.slice(11, 16),
];

async function readBoard() {
  const [row] = await game.sql<{ page: BoardPage }[]>`
    select public.get_board_page(${game.arena.slug}, 10) as page`;
  return row?.page.standings.map(show);
}

async function simulateRuleInForce(timeZone = 'UTC') {
  const { slug, cappedMetric } = game.arena;
  const [row] = await game.sql<{ answer: { standings: Standing[]; tier_changes: unknown[] } }[]>`
    select public.simulate_score_rule(${slug}, ${cappedMetric}, 5, 20, ${timeZone}) as answer`;
  expect(row?.answer.tier_changes).toEqual([]);
  return row?.answer.standings.map(show);
}

it('fills a day in the order of the batch, whatever the senders call their events', async () => {
  await begin(1);
  expect(await send(['z', 0, '10:00', 3], ['a', 0, '10:01', 3])).toEqual([15, 5]);
  await game.void('z', at('11:00'));
  await game.refresh();
  expect(await readBoard()).toEqual([[0, 5, '11:00']]);
  expect(await simulateRuleInForce()).toEqual([[0, 5, '11:00']]);
});

it('puts the first player under the cap first', async () => {
  await begin(2);
  expect(await send(['z', 1, '10:00', 4], ['a', 1, '10:30', 4], ['m', 0, '10:10', 4])).toEqual([20, 0, 20]);
  await game.refresh();
  const board = [
    [1, 20, '10:00'],
    [0, 20, '10:10'],
  ];
  expect(await readBoard()).toEqual(board);
  expect(await simulateRuleInForce()).toEqual(board);
});

it("includes the previous period's share of a day", async () => {
  await begin(1, '12:00');
  expect(await send(['before', 0, '11:00', 3], ['after', 0, '13:00', 3])).toEqual([15, 5]);
  await game.refresh();
  expect(await readBoard()).toEqual([[0, 5, '13:00']]);
  expect(await simulateRuleInForce()).toEqual([[0, 5, '13:00']]);
});

it('makes room when events of the previous period are voided', async () => {
  await begin(1, '12:00');
  await send(['before', 0, '11:00', 3]);
  await game.void('before', at('11:30'));
  expect(await send(['after', 0, '13:00', 3])).toEqual([15]);
  await game.refresh();
  expect(await simulateRuleInForce()).toEqual([[0, 15, '13:00']]);
});

it("includes the next period's share of a day", async () => {
  await begin(1, '12:00');
  expect(await send(['after', 0, '13:00', 3], ['before', 0, '11:00', 3])).toEqual([15, 5]);
  const { pastPeriodId, slug, cappedMetric } = game.arena;
  await game.refresh(pastPeriodId);
  await game.sql`select leaderboard.freeze_period(${pastPeriodId})`;
  await game.sql`select leaderboard.archive_period(${pastPeriodId})`;
  await game.sql`
    update leaderboard.board_periods set starts_at = now() + interval '1 day' where id = ${game.arena.currentPeriodId}`;
  const [row] = await game.sql<{ answer: { period_id: number; standings: Standing[] } }[]>`
    select public.simulate_score_rule(${slug}, ${cappedMetric}, 5, 20) as answer`;
  expect(row?.answer.period_id).toBe(pastPeriodId);
  expect(row?.answer.standings.map(show)).toEqual([[0, 5, '11:00']]);
});

it("includes a routed event's share of its own period's day", async () => {
  await begin(1, '12:00');
  const { pastPeriodId, boardId } = game.arena;
  await game.sql`
    update leaderboard.board_periods set starts_at = starts_at - interval '9 days', ends_at = ends_at - interval '3 days'
    where id = ${pastPeriodId}`;
  await game.sql`
    insert into leaderboard.board_periods (board_id, starts_at, ends_at)
    select ${boardId}, ends_at, ends_at + interval '3 days' from leaderboard.board_periods where id = ${pastPeriodId}`;
  const early = (externalId: string, units: number, hours: number) => ({
    external_id: externalId,
    player_id: game.id(0),
    metric: game.arena.cappedMetric,
    units,
    occurred_at: new Date(at('00:00').getTime() - (4 * 24 - hours) * 3_600_000).toISOString(),
  });
  const first = await sendEvents(game.sql, [early('in-time', 3, 10)], game.arena.slug);
  await game.sql`select leaderboard.freeze_period(${pastPeriodId})`;
  await game.sql`select leaderboard.archive_period(${pastPeriodId})`;
  const late = await sendEvents(game.sql, [early('late', 3, 9)], game.arena.slug);
  expect([...first.results, ...late.results].map(({ points }) => points)).toEqual([15, 5]);
  await game.refresh();
  expect(await readBoard()).toMatchObject([[0, 5, '09:00']]);
  expect(await simulateRuleInForce()).toEqual([[0, 5, '09:00']]);
});

it('omits events worth more than the maximum, as if they had been refused', async () => {
  await begin(2);
  const { metric, slug } = game.arena;
  const events = Array.from({ length: 1000 }, (_, number) => ({
    external_id: `huge-${number}`,
    player_id: game.id(0),
    metric,
    units: 10_000_000,
    occurred_at: at('10:00').toISOString(),
  }));
  const small = { ...events[0], external_id: 'small', player_id: game.id(1), units: 1 };
  expect(await sendEvents(game.sql, [...events, small], slug)).toMatchObject({ accepted: 1001 });
  await game.refresh();
  const [row] = await game.sql<{ answer: { standings: Standing[] } }[]>`
    select public.simulate_score_rule(${slug}, ${metric}, 10000000) as answer`;
  expect(row?.answer.standings.map(show)).toEqual([[1, 10_000_000, '10:00']]);
});
