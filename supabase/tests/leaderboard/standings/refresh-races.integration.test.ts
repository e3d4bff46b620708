import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { refreshPeriod, sendEvents } from '../arena.ts';
import { Game } from '../game.ts';
import { startWorker, waitUntilBlocked } from '../sessions.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.sql`update public.boards set is_active = false`;
});
afterEach(async () => {
  await database.sql`update public.boards set is_active = false`;
});
afterAll(async () => {
  await database.drop();
});

const begin = (playerCount: number) => Game.begin(database.sql, { playerCount });

/** Runs something on a separate connection that another session will block. */
function startBlocked(name: string, work: Parameters<typeof startWorker>[2]): Promise<unknown> {
  return startWorker(database.url, name, work);
}

async function readNames({ arena }: Game): Promise<(string | null)[]> {
  const [row] = await database.sql<{ page: { standings: { username: string | null }[] } }[]>`
    select public.get_board_page(${arena.slug}, period_id => null) as page`;
  return row?.page.standings.map(({ username }) => username) ?? [];
}

async function readListed({ arena }: Game): Promise<string[]> {
  const rows = await database.sql<{ player_id: string }[]>`
    select player_id from leaderboard.standings
    where period_id = ${arena.currentPeriodId} and order_key is not null order by order_key`;
  return rows.map(({ player_id }) => player_id);
}

it('the first late event routed to a period counts even if it arrives while a refresh of it begins', async () => {
  const game = await begin(2);
  const { arena, sql } = game;
  await sql`select leaderboard.freeze_period(${arena.pastPeriodId})`;
  await sql`select leaderboard.archive_period(${arena.pastPeriodId})`;
  await game.play({ 0: 1 });
  await game.score({ 0: 1 });
  const refreshing = await sql.begin(async (holder) => {
    // The refresh waits here like one that is being planned, with no snapshot for its statement yet.
    await holder`lock table leaderboard.player_marks in access exclusive mode`;
    const refreshing = startBlocked('refresh', async (own) => {
      await refreshPeriod(own, arena.currentPeriodId);
      return 'done';
    });
    await waitUntilBlocked(database.admin, 'refresh');
    const [past] = await sql<{ at: string }[]>`
      select to_json(starts_at + interval '1 hour') #>> '{}' as at from leaderboard.board_periods
      where id = ${arena.pastPeriodId}`;
    const event = { external_id: randomUUID(), player_id: game.id(1), metric: arena.metric, units: 7 };
    const answer = await sendEvents(sql, [{ ...event, occurred_at: past?.at }]);
    expect(answer.results[0]).toMatchObject({ status: 'accepted' });
    return { done: refreshing };
  });
  await refreshing.done;
  await game.refresh();
  expect(await readListed(game)).toEqual([game.id(1), game.id(0)]);
});

it.each([
  ['hides', "visibility = 'hidden'"],
  ['leaves', 'left_at = now()'],
  ['joins the staff', 'is_ranked = false'],
])(
  'a player who %s while the first refresh of a period runs is removed by the next one',
  async (_, change) => {
    const game = await begin(2);
    await game.score({ 0: 1, 1: 2 });
    const refreshing = await database.sql.begin(async (holder) => {
      // The refresh has read who is listed, and waits to write it.
      await holder`lock table leaderboard.standings in share mode`;
      const refreshing = startBlocked('refresh', async (own) => {
        await refreshPeriod(own, game.arena.currentPeriodId);
        return 'done';
      });
      await waitUntilBlocked(database.admin, 'refresh');
      await database.sql.unsafe(`update public.profiles set ${change} where id = '${game.id(1)}'`);
      await database.sql`select leaderboard.thin_all_history()`;
      return { done: refreshing };
    });
    await refreshing.done;
    await game.refresh();
    expect(await readListed(game)).toEqual([game.id(0)]);
  },
);

describe('a player who hides while a refresh brings them onto the page', () => {
  /** Hides the player during a refresh that has rendered the page but not published it. */
  async function hideBesideRefresh(game: Game, player: number): Promise<void> {
    const hiding = await database.sql.begin(async (refreshing) => {
      await refreshPeriod(refreshing, game.arena.currentPeriodId);
      const hiding = startBlocked('hide', async (own) => {
        await own`update public.profiles set visibility = 'hidden' where id = ${game.id(player)}`;
        return 'done';
      });
      await waitUntilBlocked(database.admin, 'hide');
      return { done: hiding };
    });
    await hiding.done;
  }

  it('is not named from the moment they are hidden', async () => {
    const game = await begin(2);
    await game.play({ 0: 5 });
    await game.score({ 1: 9 });
    await hideBesideRefresh(game, 1);
    expect(await readNames(game)).toEqual([expect.any(String), null].toReversed());
    await game.refresh();
    expect(await readListed(game)).toEqual([game.id(0)]);
  });

  it("is not named even if it is the period's first refresh", async () => {
    const game = await begin(2);
    await game.score({ 0: 5, 1: 9 });
    await hideBesideRefresh(game, 1);
    expect(await readNames(game)).toEqual([null, expect.any(String)]);
  });
});

it("events recorded after a transaction's own refresh count with the next one", async () => {
  const game = await begin(2);
  await game.play({ 0: 5 });
  await database.sql.begin(async (own) => {
    await own`select pg_current_xact_id()`;
    // Another transaction commits meanwhile, so a snapshot lies beyond this one.
    await game.score({ 0: 1 });
    await refreshPeriod(own, game.arena.currentPeriodId);
    const event = { external_id: randomUUID(), player_id: game.id(1), metric: game.arena.metric, units: 9 };
    await sendEvents(own, [{ ...event, occurred_at: new Date().toISOString() }]);
  });
  expect(await game.refresh()).toMatchObject({ status: 'refreshed' });
  expect(await readListed(game)).toEqual([game.id(1), game.id(0)]);
});
