import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { Game } from '../game.ts';
import { type Round, startWorker, waitUntilBlocked } from '../sessions.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

const update = (slug: string, args: string) =>
  database.sql.unsafe(`select public.update_board('${slug}', ${args}) as board`);

describe('a board that is switched off and on between two periods', () => {
  it.each([false, true])(
    'withdraws all tiers with the board although nobody has scored in its new period (published: %s)',
    async (isPublished) => {
      const game = await Game.begin(database.sql, { playerCount: 3, titleHold: 2 });
      await game.link(0, 1);
      await game.score({ 0: 3, 1: 2 }, new Date(Date.now() - 1000));
      await game.refresh();
      // A title on hold is withdrawn as well.
      await game.play({ 1: 5 });
      const nextId = await game.beginNextPeriod();
      if (isPublished) await game.refresh(nextId);
      await update(game.arena.slug, 'is_active => false');
      expect(await game.readTitles()).toEqual({});
      const lost = (await game.readEvents('leaderboard/tier.changed')).slice(2);
      expect(lost).toMatchObject([
        { player_id: game.id(0), tier_before: 'champion', tier_after: null },
        { player_id: game.id(1), tier_before: 'silver', tier_after: null },
      ]);
      await update(game.arena.slug, 'is_active => true');
      expect(await game.readTitles()).toEqual({ champion: 1, silver: 0 });
    },
  );

  it('restores the tiers of a closed period to players who may still be listed', async () => {
    const game = await Game.begin(database.sql, { playerCount: 3, titleHold: 2 });
    const { slug, pastPeriodId, currentPeriodId } = game.arena;
    await game.score({ 0: 3, 1: 2, 2: 1 }, new Date(Date.now() - 1000));
    await game.beginNextPeriod();
    for (const period of [pastPeriodId, currentPeriodId]) {
      await game.sql`select leaderboard.freeze_period(${period})`;
      await game.sql`select leaderboard.archive_period(${period})`;
    }
    await update(slug, 'awards_tiers => false');
    await game.sql`update public.profiles set visibility = 'hidden' where id = ${game.id(0)}`;
    await update(slug, 'awards_tiers => true');
    expect(await game.readTitles()).toEqual({ silver: 1, bronze: 2 });
  });
});

it('a reactivated board awards nothing to players who left meanwhile', async () => {
  const game = await Game.begin(database.sql, { playerCount: 3 });
  await game.link(0);
  await game.play({ 0: 3, 1: 2, 2: 1 });
  await update(game.arena.slug, 'is_active => false');
  await game.sql`update public.profiles set left_at = now() where id = ${game.id(0)}`;
  await update(game.arena.slug, 'is_active => true');
  const titles = { champion: 1, silver: 2 };
  expect(await game.readTitles()).toEqual(titles);
  await game.refresh();
  expect(await game.readTitles()).toEqual(titles);
  // Awarded once, withdrawn once.
  expect(await game.readEvents('leaderboard/tier.changed')).toMatchObject([
    { tier_before: null, tier_after: 'champion' },
    { tier_before: 'champion', tier_after: null },
  ]);
});

it("a direct update of a board takes its locks in a refresh's order", async () => {
  const game = await Game.begin(database.sql, { playerCount: 1 });
  const { boardId, currentPeriodId } = game.arena;
  await game.play({ 0: 1 });
  const { changed } = await game.sql.begin(async (refreshing) => {
    await refreshing`select pg_advisory_xact_lock(hashtextextended('leaderboard/board', ${boardId}))`;
    const changed = startWorker(database.url, 'change-board', async (own): Promise<Round> => {
      await own`update public.boards set awards_tiers = false where id = ${boardId}`;
      return 'done';
    });
    await waitUntilBlocked(database.admin, 'change-board');
    await refreshing`select from leaderboard.board_tops where period_id = ${currentPeriodId} for update nowait`;
    return { changed };
  });
  await changed;
  expect(await game.readTitles()).toEqual({});
});

it('a concurrent command on a board waits for its row, and blocks nobody', async () => {
  const game = await Game.begin(database.sql, { playerCount: 1 });
  const { boardId, slug } = game.arena;
  const { changed } = await game.sql.begin(async (table) => {
    await table`update public.boards set name = 'Changed' where id = ${boardId}`;
    const changed = startWorker(database.url, 'change-by-command', async (own): Promise<Round> => {
      await own`select public.update_board(${slug}, awards_tiers => false)`;
      return 'done';
    });
    await waitUntilBlocked(database.admin, 'change-by-command');
    const [lock] = await table`
      select pg_try_advisory_xact_lock(hashtextextended('leaderboard/board', ${boardId})) as is_free`;
    expect(lock).toEqual({ is_free: true });
    return { changed };
  });
  await changed;
});

it.each(['refresh_due_boards', 'close_due_periods'])(
  'a board deactivated while %s is at another one is frozen',
  async (procedure) => {
    await database.sql`update public.boards set is_active = false`;
    const other = await Game.begin(database.sql, { playerCount: 1 });
    const game = await Game.begin(database.sql, { playerCount: 2 });
    await game.play({ 0: 1 });
    const longAgo = new Date(Date.now() - 4 * 86_400_000);
    await other.score({ 0: 1 }, longAgo);
    for (const at of [longAgo, new Date()]) await game.score({ 1: 3 }, at);
    const { run } = await database.sql.begin(async (holder) => {
      await holder`select from leaderboard.board_tops where period_id = ${other.arena.pastPeriodId} for update`;
      const run = startWorker(database.url, `run-${procedure}`, async (own): Promise<Round> => {
        await own`call ${own('leaderboard')}.${own(procedure)}()`;
        return 'done';
      });
      await waitUntilBlocked(database.admin, `run-${procedure}`);
      await update(game.arena.slug, 'is_active => false');
      return { run };
    });
    await run;
    const periods = await game.sql`
      select state, version::int from leaderboard.board_periods where board_id = ${game.arena.boardId} order by id`;
    expect(periods.map(({ state, version }) => [state, version])).toEqual([
      ['open', 0],
      ['open', 1],
    ]);
    expect(await game.readTitles()).toEqual({});
  },
);
