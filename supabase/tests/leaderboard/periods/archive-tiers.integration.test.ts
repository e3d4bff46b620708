import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { BoardPage, Standing } from '#domain/leaderboard/standing.ts';
import { Game } from '../game.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

const award = (game: Game, value: boolean) =>
  game.sql`select public.update_board(${game.arena.slug}, awards_tiers => ${value})`;

/** Two players in the current period, the first of them ahead. */
async function play(awardsTiers: boolean): Promise<Game> {
  const game = await Game.begin(database.sql, { playerCount: 2 });
  await award(game, awardsTiers);
  await game.score({ 0: 2, 1: 1 }, new Date(Date.now() - 1000));
  await game.refresh();
  return game;
}

/** The next period begins, and the runner-up leads it. */
async function playNext(game: Game): Promise<void> {
  const nextId = await game.beginNextPeriod();
  await game.score({ 1: 1 });
  await game.refresh(nextId);
}

async function close(game: Game): Promise<void> {
  for (const period of [game.arena.pastPeriodId, game.arena.currentPeriodId]) {
    await game.sql`select leaderboard.freeze_period(${period})`;
    await game.sql`select leaderboard.archive_period(${period})`;
  }
}

/** The tiers of the archive through every read, which must agree, and the page's own flag. */
async function readTiers({ sql, arena }: Game) {
  const { slug, currentPeriodId, playerIds } = arena;
  const [row] = await sql<{ page: BoardPage; reads: Record<string, Standing[]> }[]>`
    select public.get_board_page(${slug}, period_id => ${currentPeriodId}) as page,
      jsonb_build_object(
        'at', public.get_board_at(${slug}, now(), period_id => ${currentPeriodId}) -> 'standings',
        'around', public.get_standings_around(${slug}, ${playerIds[0] ?? ''}, 1, ${currentPeriodId}),
        'several', public.get_standings(${slug}, ${playerIds}::uuid[], ${currentPeriodId}),
        'exported', public.export_period(${slug}, ${currentPeriodId}) -> 'rows') as reads`;
  if (!row) throw new Error('There is no archive.');
  const tiers = row.page.standings.map(({ tier }) => tier);
  for (const [name, standings] of Object.entries(row.reads)) {
    expect({ name, tiers: standings.map(({ tier }) => tier) }).toEqual({ name, tiers });
  }
  return { tiers, awards_tiers: row.page.board.awards_tiers };
}

describe('an archive', () => {
  const awarded = { tiers: ['champion', 'silver'], awards_tiers: true };
  const none = { tiers: [null, null], awards_tiers: false };

  it('keeps the tiers that its period awarded, even on a board that stopped awarding', async () => {
    const game = await play(true);
    await game.beginNextPeriod();
    await close(game);
    expect(await readTiers(game)).toEqual(awarded);
    await award(game, false);
    expect(await readTiers(game)).toEqual(awarded);
  });

  it('gets no tiers when the board begins to award some later', async () => {
    const game = await play(false);
    await game.beginNextPeriod();
    await close(game);
    await award(game, true);
    expect(await readTiers(game)).toEqual(none);
  });

  it('has none if they were withdrawn before the period was closed', async () => {
    const game = await play(true);
    await game.beginNextPeriod();
    await award(game, false);
    await close(game);
    await award(game, true);
    expect(await readTiers(game)).toEqual(none);
  });

  it('has none if the board began to award them to others within its grace', async () => {
    const game = await play(false);
    await playNext(game);
    await award(game, true);
    expect(await game.readTitles()).toEqual({ champion: 1 });
    await close(game);
    expect(await readTiers(game)).toEqual(none);
  });

  it('has its own even if the next period took them over long before the grace ended', async () => {
    const game = await play(true);
    await playNext(game);
    await close(game);
    expect(await readTiers(game)).toEqual(awarded);
  });

  it('has none if they were withdrawn and the next period awarded others', async () => {
    const game = await play(true);
    await award(game, false);
    await playNext(game);
    await award(game, true);
    expect(await game.readTitles()).toEqual({ champion: 1 });
    await close(game);
    expect(await readTiers(game)).toEqual(none);
  });

  it("keeps them if the next period's tiers are withdrawn within its grace", async () => {
    const game = await play(true);
    await playNext(game);
    await award(game, false);
    await close(game);
    expect(await readTiers(game)).toEqual(awarded);
  });

  it('keeps them when the board is switched off and on within its grace', async () => {
    const game = await play(true);
    const { sql, arena } = game;
    await game.beginNextPeriod();
    await sql`select public.update_board(${arena.slug}, is_active => false)`;
    await sql`select public.update_board(${arena.slug}, is_active => true)`;
    await close(game);
    expect(await readTiers(game)).toEqual(awarded);
  });
});
