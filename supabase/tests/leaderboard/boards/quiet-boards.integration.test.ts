import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { BoardPage } from '#domain/leaderboard/standing.ts';
import type { MovementWindow } from '#domain/leaderboard/vocabulary.ts';
import { refreshPeriod } from '../arena.ts';
import { Game } from '../game.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

/**
 * The second player overtook the first this many hours ago, and the first page was rendered; nothing has happened
 * since.
 */
async function passLongAgo(hours: number): Promise<Game> {
  const game = await Game.begin(database.sql, { playerCount: 2 });
  const publish = (at: string) => refreshPeriod(game.sql, game.arena.currentPeriodId, at);
  await game.score({ 0: 5, 1: 3 });
  await publish(hoursAgo(hours + 40));
  await game.score({ 1: 4 });
  await publish(hoursAgo(hours));
  return game;
}

async function readMovements({ sql, arena }: Game, movement: MovementWindow): Promise<unknown[]> {
  const [row] = await sql<{ page: BoardPage }[]>`
    select public.get_board_page(${arena.slug}, movement => ${movement}) as page`;
  return row?.page.standings.map((standing) => standing.movement) ?? [];
}

interface PeriodHealth {
  state: string;
  as_of: string;
  checked_at: string;
  waits_since: string | null;
}

async function readHealth({ sql }: Game, periodId: number): Promise<PeriodHealth | undefined> {
  const [row] = await sql<{ board: PeriodHealth }[]>`
    select entry.board from jsonb_array_elements(public.get_leaderboard_health() -> 'boards') as entry (board)
    where (entry.board ->> 'period_id')::bigint = ${periodId}`;
  return row?.board;
}

/** In minutes. */
const age = (at = '') => (Date.now() - Date.parse(at)) / 60_000;

describe('on a board where nothing happens', () => {
  it('movement counts back from the last check, not from the last change', async () => {
    const game = await passLongAgo(2);
    expect(await readMovements(game, 'hour')).toEqual([1, -1]);
    expect(await game.refresh()).toMatchObject({ status: 'unchanged', version: 2 });
    expect(await readMovements(game, 'hour')).toEqual([0, 0]);
    expect(await readMovements(game, 'week')).toEqual([1, -1]);
    const [why] = await game.sql`
      select public.explain_movement(${game.arena.slug}, ${game.id(1)}, 'hour') -> 'passed' ->> 'count' as passed`;
    expect(why).toEqual({ passed: '0' });
  });

  it('movement is the same after the past was thinned', async () => {
    const game = await Game.begin(database.sql, { playerCount: 2 });
    const hour = Math.floor(Date.now() / 3_600_000 - 3) * 3_600_000;
    const publish = (minute: number) =>
      refreshPeriod(game.sql, game.arena.currentPeriodId, new Date(hour + minute * 60_000).toISOString());
    // The second overtakes at five past; a later version of that hour is the one kept.
    for (const [minute, units] of [
      [-20, { 0: 5, 1: 3 }],
      [5, { 1: 4 }],
      [55, { 0: 0.01 }],
      [70, { 0: 0.01 }],
    ] as const) {
      await game.score(units);
      await publish(minute);
    }
    await publish(82);
    expect(await readMovements(game, 'hour')).toEqual([0, 0]);
    await game.sql`select leaderboard.thin_history(${game.arena.currentPeriodId})`;
    expect(await readMovements(game, 'hour')).toEqual([0, 0]);
  });

  it('the common page follows, without another version or message', async () => {
    const game = await passLongAgo(26);
    expect(await readMovements(game, 'day')).toEqual([1, -1]);
    const countSent = async () => {
      const [row] = await database.admin`
        select count(*)::int as sent from realtime.messages where topic = ${`board:${game.arena.slug}`}`;
      return row?.sent;
    };
    const before = await countSent();
    expect(await game.refresh()).toMatchObject({ status: 'unchanged', version: 2 });
    expect(await readMovements(game, 'day')).toEqual([0, 0]);
    expect(await countSent()).toBe(before);
  });

  it('a name that is new when the page is rendered again is still sent', async () => {
    const game = await passLongAgo(26);
    await game.sql.begin(async (other) => {
      await other`update public.profiles set display_name = 'Renamed' where id = ${game.id(1)}`;
    });
    expect(await game.refresh()).toMatchObject({ status: 'refreshed', version: 3 });
    const [message] = await database.admin`
      select payload -> 'changes' -> 0 ->> 'display_name' as name from realtime.messages
      where topic = ${`board:${game.arena.slug}`} order by (payload ->> 'version')::bigint desc limit 1`;
    expect(message).toEqual({ name: 'Renamed' });
  });

  it('health reports the check and the publication separately', async () => {
    const game = await passLongAgo(2);
    await game.refresh();
    const board = await readHealth(game, game.arena.currentPeriodId);
    expect(age(board?.as_of)).toBeGreaterThan(119);
    expect(age(board?.checked_at)).toBeLessThan(1);
  });
});

it('health does not call a frozen board late, however long its archive takes', async () => {
  const game = await Game.begin(database.sql, { playerCount: 1 });
  const { pastPeriodId } = game.arena;
  await refreshPeriod(game.sql, pastPeriodId, hoursAgo(50));
  await game.sql`select leaderboard.freeze_period(${pastPeriodId})`;
  await game.sql`
    update leaderboard.board_periods set checked_at = now() - interval '1 hour' where id = ${pastPeriodId}`;
  await game.score({ 0: 1 });
  const board = await readHealth(game, pastPeriodId);
  expect(board).toMatchObject({ state: 'closing', waits_since: null });
  expect(age(board?.checked_at)).toBeLessThan(1);
});
