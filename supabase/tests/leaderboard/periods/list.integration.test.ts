import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { runAs } from '../../personas.ts';
import { Game } from '../game.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

interface PeriodPage {
  periods: { period_id: number; starts_at: string | null; state: string; player_count: number }[];
  next_cursor: string | null;
}

/** As a visitor. */
async function readPage(board: string, max_rows = 100, cursor: string | null = null): Promise<PeriodPage> {
  return runAs(database, 'anon', async (sql) => {
    const [row] = await sql<{ page: PeriodPage }[]>`
      select public.list_periods(${board}, ${max_rows}, ${cursor}) as page`;
    if (!row) throw new Error('There is no page.');
    return row.page;
  });
}

/** A daily board with scores on this many days before today. */
async function beginDaily(slug: string, dayCount: number): Promise<void> {
  await database.sql`
    with board as (
      insert into public.boards (slug, name, kind) values (${slug}, 'Daily', 'daily') returning id
    )
    insert into leaderboard.board_periods (board_id, starts_at, ends_at)
    select board.id, day, day + interval '1 day'
    from board
    cross join generate_series(
      date_trunc('day', now(), 'UTC') - make_interval(days => ${dayCount}), now(), interval '1 day') as day`;
}

async function close(game: Game, periodId: number): Promise<void> {
  await game.sql`select leaderboard.freeze_period(${periodId})`;
  await game.sql`select leaderboard.archive_period(${periodId})`;
}

describe('the periods of a board', () => {
  it('are listed back to the first one, newest first, page by page', async () => {
    await beginDaily('daily-list', 130);
    const all = (await readPage('daily-list', 1000)).periods;
    expect(all).toHaveLength(131);
    const starts = all.map(({ starts_at }) => Date.parse(starts_at ?? ''));
    expect(starts).toEqual(starts.toSorted((one, other) => other - one));
    let page = await readPage('daily-list', 50);
    const paged = [page.periods];
    while (page.next_cursor) {
      page = await readPage('daily-list', 50, page.next_cursor);
      paged.push(page.periods);
    }
    expect(paged.map((periods) => periods.length)).toEqual([50, 50, 31]);
    expect(paged.flat()).toEqual(all);
    // A new period does not shift the pages.
    await database.sql`
      insert into leaderboard.board_periods (board_id, starts_at, ends_at)
      select id, now() + interval '2 days', now() + interval '3 days' from public.boards where slug = 'daily-list'`;
    const next = await readPage('daily-list', 50, String(paged[0]?.at(-1)?.period_id));
    expect(next.periods).toEqual(paged[1]);
  });

  it('state whether they are planned, current, ended but not final, or final', async () => {
    const game = await Game.begin(database.sql, { playerCount: 1 });
    const { slug, pastPeriodId, currentPeriodId, boardId } = game.arena;
    await game.play({ 0: 1 });
    await close(game, pastPeriodId);
    const nextId = await game.beginNextPeriod();
    const [planned] = await game.sql<{ id: number }[]>`
      insert into leaderboard.board_periods (board_id, name, starts_at, ends_at)
      values (${boardId}, 'Spring', now() + interval '20 days', now() + interval '30 days') returning id::int`;
    const states = async () =>
      (await readPage(slug)).periods.map(({ period_id, state, player_count }) => [
        period_id,
        state,
        player_count,
      ]);
    expect(await states()).toEqual([
      [planned?.id, 'upcoming', 0],
      [nextId, 'open', 0],
      [currentPeriodId, 'open', 1],
      [pastPeriodId, 'closed', 0],
    ]);
    await game.sql`select leaderboard.freeze_period(${currentPeriodId})`;
    expect((await states())[2]).toEqual([currentPeriodId, 'closing', 1]);
    const [row] = await game.sql`
      select board -> 'periods' as periods from jsonb_array_elements(public.list_boards()) as board
      where board ->> 'slug' = ${slug}`;
    expect(row?.periods).toEqual((await readPage(slug)).periods.slice(1));
  });

  it('are a single unbounded one on an all-time board', async () => {
    expect(await readPage('all-time')).toMatchObject({
      periods: [{ starts_at: null, ends_at: null, state: 'open' }],
      next_cursor: null,
    });
  });

  it('of a deactivated board are the final ones', async () => {
    const game = await Game.begin(database.sql, { playerCount: 1 });
    const { slug, boardId, pastPeriodId } = game.arena;
    await close(game, pastPeriodId);
    await game.sql`update public.boards set is_active = false where id = ${boardId}`;
    expect(await readPage(slug)).toMatchObject({ periods: [{ period_id: pastPeriodId }], next_cursor: null });
    await beginDaily('never-closed', 3);
    await game.sql`update public.boards set is_active = false where slug = 'never-closed'`;
    await expect(readPage('never-closed')).rejects.toMatchObject({ detail: 'board_not_found' });
  });

  it('refuse invalid arguments', async () => {
    const game = await Game.begin(database.sql, { playerCount: 0 });
    const { slug, currentPeriodId } = game.arena;
    await expect(readPage('none')).rejects.toMatchObject({ detail: 'board_not_found' });
    await expect(readPage(slug, 0)).rejects.toMatchObject({ detail: 'invalid_limit' });
    await expect(readPage(slug, 1001)).rejects.toMatchObject({ detail: 'invalid_limit' });
    for (const cursor of ['', 'x', '-1', '99999999999999999999', '1 or 1']) {
      await expect(readPage(slug, 1, cursor)).rejects.toMatchObject({ detail: 'invalid_cursor' });
    }
    await expect(readPage('all-time', 1, String(currentPeriodId))).rejects.toMatchObject({
      detail: 'invalid_cursor',
    });
  });
});
