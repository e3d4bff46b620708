import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { BoardPage } from '#domain/leaderboard/standing.ts';
import { refreshBoard } from '../arena.ts';
import { Game } from '../game.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

const begin = (playerCount: number, titleHold?: number) =>
  Game.begin(database.sql, { playerCount, ...(titleHold === undefined ? {} : { titleHold }) });

describe('titles', () => {
  it('change hands only after the new leaders survived the set number of refreshes', async () => {
    const game = await begin(3, 2);
    await game.play({ 0: 3, 1: 2, 2: 1 });
    expect(await game.readTitles()).toEqual({ champion: 0, silver: 1, bronze: 2 });
    await game.play({ 1: 5 });
    expect(await game.readTitles()).toMatchObject({ champion: 0, silver: 1 });
    // Nothing new is scored; the hold continues anyway.
    expect(await game.refresh()).toMatchObject({ status: 'refreshed' });
    expect(await game.readTitles()).toMatchObject({ champion: 0 });
    await game.refresh();
    expect(await game.readTitles()).toEqual({ champion: 1, silver: 0, bronze: 2 });
    expect(await game.refresh()).toMatchObject({ status: 'unchanged' });
  });

  it('start the hold over when the leaders change again', async () => {
    const game = await begin(3, 1);
    await game.play({ 0: 3, 1: 2, 2: 1 });
    await game.play({ 1: 5 });
    await game.play({ 2: 9 });
    expect(await game.readTitles()).toMatchObject({ champion: 0 });
    await game.refresh();
    expect(await game.readTitles()).toMatchObject({ champion: 2, silver: 1, bronze: 0 });
  });

  it('are held separately: a new leader becomes champion while others swap second place', async () => {
    const game = await begin(4, 2);
    await game.play({ 0: 4, 1: 3, 2: 2 });
    await game.play({ 3: 50 });
    await game.play({ 1: 5 });
    expect(await game.readTitles()).toMatchObject({ champion: 0, silver: 1, bronze: 2 });
    await game.play({ 0: 9 });
    expect(await game.readTitles()).toMatchObject({ champion: 3, silver: 1, bronze: 0 });
  });

  it('pass on at once when the holder leaves the board', async () => {
    const game = await begin(3, 50);
    await game.play({ 0: 3, 1: 2, 2: 1 });
    await game.sql`update public.profiles set left_at = now() where id = ${game.id(0)}`;
    await game.refresh();
    expect(await game.readTitles()).toEqual({ champion: 1, silver: 2 });
  });

  it('are announced as lost before they are announced as won', async () => {
    const game = await begin(2);
    await game.link(0, 1);
    await game.play({ 0: 3, 1: 2 });
    await game.play({ 1: 5 });
    const changes = (await game.readEvents('leaderboard/tier.changed')).slice(2);
    expect(changes.map(({ tier_before, tier_after }) => [tier_before, tier_after])).toEqual([
      ['champion', 'silver'],
      ['silver', 'champion'],
    ]);
  });

  it('are those of the first three once the board has been quiet for as long as they are held', async () => {
    const turns = fc.array(fc.record({ player: fc.nat({ max: 4 }), units: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(turns, fc.integer({ min: 0, max: 3 }), async (plays, titleHold) => {
        const game = await begin(5, titleHold);
        // At each of these refreshes the database refuses two holders of a title and two titles of a player.
        for (const { player, units } of plays) await game.play({ [player]: units });
        for (let quiet = 0; quiet < titleHold; quiet += 1) await game.refresh();
        expect(await game.refresh()).toMatchObject({ status: 'unchanged' });
        const [row] = await game.sql<{ page: BoardPage }[]>`
          select public.get_board_page(${game.arena.slug}, 3) as page`;
        expect(row?.page.standings.map(({ tier }) => tier)).toEqual(
          ['champion', 'silver', 'bronze'].slice(0, row?.page.standings.length),
        );
      }),
      { numRuns: 8 },
    );
  });
});

describe('a title on hold', () => {
  it('lets no other open period of the board publish', async () => {
    const game = await begin(2, 3);
    const { pastPeriodId } = game.arena;
    await game.score({ 0: 1 }, new Date(Date.now() - 3 * 86_400_000));
    await game.refresh(pastPeriodId);
    await game.play({ 0: 3, 1: 2 });
    await game.play({ 1: 5 });
    expect(await game.refresh(pastPeriodId)).toMatchObject({ status: 'unchanged', version: 1 });
  });

  it('is released once the period is over: its last standings decide', async () => {
    const game = await begin(3, 50);
    await game.play({ 0: 3, 1: 2 });
    const beforeEnd = new Date(Date.now() - 1000);
    await game.sql`update leaderboard.board_periods set ends_at = now() where id = ${game.arena.currentPeriodId}`;
    await game.score({ 1: 5 }, beforeEnd);
    await game.refresh();
    expect(await game.readTitles()).toMatchObject({ champion: 1, silver: 0 });
    expect(await game.refresh()).toMatchObject({ status: 'unchanged' });
  });

  it('goes with all tiers when the board stops awarding them, and its holder is notified', async () => {
    const game = await begin(3, 50);
    await game.link(0, 2);
    await game.play({ 0: 3, 1: 2, 2: 1 });
    await game.play({ 1: 5 });
    await game.sql`update public.boards set awards_tiers = false where id = ${game.arena.boardId}`;
    expect(await game.readTitles()).toEqual({});
    const lost = (await game.readEvents('leaderboard/tier.changed')).slice(2);
    expect(lost).toMatchObject([
      { player_id: game.id(0), tier_before: 'champion', tier_after: null },
      { player_id: game.id(2), tier_before: 'bronze', tier_after: null },
    ]);
    // Once more, so open pages lose their tiers as well.
    expect(await game.refresh()).toMatchObject({ status: 'refreshed', tier_change_count: 0 });
    expect(await game.refresh()).toMatchObject({ status: 'unchanged' });
  });
});

describe('tiers from one period to the next', () => {
  const readTiers = async (game: Game, periodId: number) => {
    const [row] = await game.sql<{ page: BoardPage; standing: { tier: string } | null }[]>`
      select public.get_board_page(${game.arena.slug}, 10, null, null, ${periodId}) as page`;
    return row?.page.standings.map(({ player_id, tier }) => [game.arena.playerIds.indexOf(player_id), tier]);
  };

  it('stay, and follow late events, until somebody has scored in the new one', async () => {
    const game = await begin(3, 50);
    await game.link(0, 1);
    const beforeEnd = new Date(Date.now() - 1000);
    await game.score({ 0: 3, 1: 2 }, beforeEnd);
    await game.refresh();
    const nextId = await game.beginNextPeriod();
    await game.refresh(nextId);
    expect(await game.readTitles()).toEqual({ champion: 0, silver: 1 });
    await game.score({ 1: 9 }, beforeEnd);
    await game.refresh();
    expect(await game.readTitles()).toEqual({ champion: 1, silver: 0 });
    expect(await readTiers(game, game.arena.currentPeriodId)).toEqual([
      [1, 'champion'],
      [0, 'silver'],
    ]);
    expect((await game.readRankNews()).slice(2)).toEqual([
      [1, 2, 1],
      [0, 1, 2],
    ]);

    // The first player to score in the new period takes the title, however long the hold is.
    await game.score({ 2: 1 });
    await game.refresh(nextId);
    expect(await game.readTitles()).toEqual({ champion: 2 });
    expect(await readTiers(game, nextId)).toEqual([[2, 'champion']]);
    // The previous one is shown without tiers until its archive has its own.
    await game.score({ 0: 50 }, beforeEnd);
    await game.refresh();
    expect(await game.readTitles()).toEqual({ champion: 2 });
    expect(await readTiers(game, game.arena.currentPeriodId)).toEqual([
      [0, null],
      [1, null],
    ]);
    const [alone] = await game.sql<{ tiers: (string | null)[] }[]>`
      select jsonb_build_array(
        public.get_standing(${game.arena.slug}, ${game.id(0)}, ${game.arena.currentPeriodId}) ->> 'tier',
        public.get_standings_around(${game.arena.slug}, ${game.id(0)}, 1, ${game.arena.currentPeriodId}) -> 1 ->> 'tier',
        public.get_standing(${game.arena.slug}, ${game.id(2)}, null, null) ->> 'tier') as tiers`;
    expect(alone?.tiers).toEqual([null, null, 'champion']);
  });

  const closeFirst = async (game: Game) => {
    await game.sql`select leaderboard.freeze_period(${game.arena.pastPeriodId})`;
    await game.sql`select leaderboard.archive_period(${game.arena.pastPeriodId})`;
    await game.sql`select leaderboard.freeze_period(${game.arena.currentPeriodId})`;
    await game.sql`select leaderboard.archive_period(${game.arena.currentPeriodId})`;
  };

  it.each([
    ['hides', "visibility = 'hidden'"],
    ['is no longer ranked', 'is_ranked = false'],
    ['leaves', 'left_at = now()'],
  ])('are given up by players who %s before anybody scored, and only by them', async (_, change) => {
    const game = await begin(4);
    await game.link(0, 1, 2);
    await game.score({ 0: 4, 1: 3, 2: 2, 3: 1 }, new Date(Date.now() - 1000));
    await game.refresh();
    const nextId = await game.beginNextPeriod();
    await closeFirst(game);
    const leave = (player: number) =>
      game.sql`update public.profiles set ${game.sql.unsafe(change)} where id = ${game.id(player)}`;
    // Before the first version of the new period, and after it.
    await leave(0);
    expect(await game.refresh(nextId)).toMatchObject({ status: 'refreshed', tier_change_count: 1 });
    expect(await game.readTitles()).toEqual({ silver: 1, bronze: 2, top_10: 3 });
    await leave(2);
    await refreshBoard(game.sql, game.arena.slug);
    expect(await game.readTitles()).toEqual({ silver: 1, top_10: 3 });
    const lost = (await game.readEvents('leaderboard/tier.changed')).slice(3);
    expect(lost).toMatchObject([
      { player_id: game.id(0), tier_before: 'champion', tier_after: null },
      { player_id: game.id(2), tier_before: 'bronze', tier_after: null },
    ]);
    expect(await game.refresh(nextId)).toMatchObject({ status: 'unchanged' });

    await game.score({ 3: 1 });
    await game.refresh(nextId);
    expect(await game.readTitles()).toEqual({ champion: 3 });
  });

  it('are given up between two seasons, too, when no period is refreshed', async () => {
    const game = await begin(2);
    await game.play({ 0: 3, 1: 2 });
    await game.sql`update leaderboard.board_periods set ends_at = now() where id = ${game.arena.currentPeriodId}`;
    await closeFirst(game);
    await game.sql`update public.profiles set left_at = now() where id = ${game.id(0)}`;
    await game.sql`call leaderboard.refresh_due_boards()`;
    expect(await game.readTitles()).toEqual({ silver: 1 });
  });

  it('keep their date if held in both periods', async () => {
    const game = await begin(2);
    await game.play({ 0: 3 });
    const read = async () => {
      const [row] =
        await game.sql`select since from public.player_tiers where board_id = ${game.arena.boardId}`;
      return row?.since;
    };
    const since = await read();
    const nextId = await game.beginNextPeriod();
    await game.score({ 0: 1 });
    expect(await game.refresh(nextId)).toMatchObject({ tier_change_count: 0 });
    expect(await read()).toEqual(since);
    expect(await readTiers(game, nextId)).toEqual([[0, 'champion']]);
  });
});
