import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { Game } from '../game.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

const begin = (playerCount: number) => Game.begin(database.sql, { playerCount });

async function addMilestone({ sql, arena }: Game, milestone: string, kind: string, threshold: number) {
  await sql`
    insert into leaderboard.milestones (board_id, milestone, kind, threshold)
    values (${arena.boardId}, ${milestone}, ${kind}, ${threshold})`;
}

async function readMilestones(game: Game): Promise<unknown[]> {
  const events = await game.readEvents('player/milestone.reached');
  return events.map(({ milestone, value }) => [milestone, value]);
}

describe('a player followed only since the last refresh', () => {
  it('is notified of the next change, from the position published before', async () => {
    const game = await begin(4);
    await game.play({ 0: 9, 1: 8, 2: 7, 3: 6 });
    await game.link(1, 2, 3);
    await game.play({ 3: 4 });
    expect(await game.readRankNews()).toEqual([
      [3, 4, 1],
      [1, 2, 3],
      [2, 3, 4],
    ]);
    await game.play({ 1: 9 });
    expect((await game.readRankNews()).slice(3)).toEqual([
      [1, 3, 1],
      [3, 1, 2],
    ]);
  });

  it('is notified of milestones crossed since, of points and of places', async () => {
    const game = await begin(2);
    await addMilestone(game, 'score_1000', 'score', 1000);
    await addMilestone(game, 'score_500', 'score', 500);
    await addMilestone(game, 'first_place', 'position', 1);
    await addMilestone(game, 'top_two', 'position', 2);
    await game.play({ 0: 9, 1: 15 });
    await game.link(0);
    await game.play({ 0: 20 });
    expect(await readMilestones(game)).toEqual([
      ['first_place', 1],
      ['score_1000', 2900],
    ]);
  });

  it('is notified if they leave the board at once', async () => {
    const game = await begin(2);
    await game.play({ 0: 9, 1: 8 });
    await game.link(0);
    await game.sql`update public.profiles set visibility = 'hidden' where id = ${game.id(0)}`;
    await game.refresh();
    expect(await game.readRankNews()).toEqual([[0, 1, null]]);
  });
});

describe('a board that did not watch anybody', () => {
  it('tells followers of every change once it announces ranks', async () => {
    const game = await begin(3);
    await game.sql`update public.boards set announces_ranks = false where id = ${game.arena.boardId}`;
    await game.link(0, 1);
    await game.play({ 0: 9, 1: 8, 2: 7 });
    await game.sql`
      select public.update_board(${game.arena.slug}, announces_ranks => true)`;
    await game.refresh();
    expect(await game.readRankNews()).toEqual([]);
    await game.play({ 2: 5 });
    expect(await game.readRankNews()).toEqual([
      [0, 1, 2],
      [1, 2, 3],
    ]);
  });

  it('tells of milestones that it gets later', async () => {
    const game = await begin(2);
    await game.sql`update public.boards set announces_ranks = false where id = ${game.arena.boardId}`;
    await game.link(0);
    await game.play({ 0: 4, 1: 9 });
    await addMilestone(game, 'score_500', 'score', 500);
    await addMilestone(game, 'first_place', 'position', 1);
    await game.play({ 0: 2 });
    await game.play({ 0: 9 });
    expect(await readMilestones(game)).toEqual([
      ['score_500', 600],
      ['first_place', 1],
    ]);
    expect(await game.readRankNews()).toEqual([]);
  });

  it('starts its announcements from the current positions, not from old ones', async () => {
    const game = await begin(8);
    await game.sql`
      update public.boards set announces_ranks = false, rank_news_top = 1, rank_news_min_places = 3
      where id = ${game.arena.boardId}`;
    await addMilestone(game, 'score_100000', 'score', 100_000);
    await game.link(0, 7);
    await game.play({ 0: 1, 1: 20, 2: 19, 3: 18, 4: 17, 5: 16, 6: 15, 7: 14 });
    // One climbs by their own score, the other is overtaken.
    await game.play({ 0: 17 });
    await game.sql`select public.update_board(${game.arena.slug}, announces_ranks => true)`;
    await game.refresh();
    await game.play({ 6: 20 });
    expect(await game.readRankNews()).toEqual([]);
    await game.play({ 5: 20, 4: 20 });
    expect(await game.readRankNews()).toEqual([[0, 4, 7]]);
  });
});
