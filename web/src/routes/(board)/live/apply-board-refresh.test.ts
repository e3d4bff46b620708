import { expect, test } from 'vitest';
import type { BoardPage, Standing } from '#domain/leaderboard/standing.ts';
import { makeBoard } from '#domain/leaderboard/testing/make-board.ts';
import { makeStanding } from '#domain/leaderboard/testing/make-standing.ts';
import type { MovementWindow } from '#domain/leaderboard/vocabulary.ts';
import { applyBoardRefresh, type PageView } from './apply-board-refresh.ts';
import type { BoardRefresh } from './board-refresh.ts';

function row(player_id: string, position: number, change: Partial<Standing> = {}): Standing {
  return makeStanding(position, {
    player_id,
    username: player_id,
    display_name: player_id,
    tier: null,
    ...change,
  });
}

const page = (standings: Standing[], change: Partial<BoardPage['board']> = {}): BoardPage => ({
  board: makeBoard({
    slug: 'weekly',
    name: 'Weekly',
    kind: 'weekly',
    awards_tiers: false,
    period_id: 7,
    version: 4,
    player_count: standings.length,
    titles_due_at: null,
    ...change,
  }),
  standings,
  next_cursor: change.player_count === undefined ? null : 'next',
});

const refresh = (change: Partial<BoardRefresh>): BoardRefresh => ({
  board: 'weekly',
  period_id: 7,
  version: 5,
  previous_version: 4,
  as_of: '2026-11-22T12:00:30Z',
  player_count: 3,
  titles_due_at: null,
  changes: [],
  removed: [],
  ...change,
});

const three = page([row('ada', 1), row('max', 2), row('pia', 3)]);

const view: PageView = { movement: 'day', periods: [] };

function patched(before: BoardPage, message: BoardRefresh, movement: MovementWindow = 'day'): BoardPage {
  const result = applyBoardRefresh(before, message, { movement, periods: [] });
  if (result.kind !== 'patched') throw new Error(`expected a patch, got ${result.kind}`);
  return result.page;
}

test('players change places and the page takes the new version', () => {
  const after = patched(
    three,
    refresh({ changes: [row('max', 1, { movement: 1, score: 1200 }), row('ada', 2, { movement: -1 })] }),
  );
  expect(after.standings.map((standing) => standing.player_id)).toEqual(['max', 'ada', 'pia']);
  expect(after.board).toMatchObject({ version: 5, as_of: '2026-11-22T12:00:30Z' });
  expect(three.standings[0]?.player_id).toBe('ada');
});

test('the movement of a day comes with the message', () => {
  const after = patched(three, refresh({ changes: [row('ada', 1, { score: 1500, movement: 9 })] }));
  expect(after.standings.map((standing) => standing.movement)).toEqual([9, 0, 0]);
});

test('since the last refresh, only those who changed places show movement', () => {
  const moved = page([row('ada', 1, { movement: 4 }), row('max', 2), row('pia', 3)]);
  const swap = refresh({ changes: [row('pia', 2, { movement: 8 }), row('max', 3, { movement: 8 })] });
  expect(patched(moved, swap, 'refresh').standings.map((standing) => standing.movement)).toEqual([0, 1, -1]);
});

test('over an hour or a week, the new places are added to the old', () => {
  const week = page([row('ada', 1, { movement: 2 }), row('max', 2, { movement: null })]);
  const swap = refresh({ player_count: 2, changes: [row('max', 1), row('ada', 2)] });
  expect(patched(week, swap, 'week').standings.map((standing) => standing.movement)).toEqual([null, 1]);
});

test('the movement over a week of a player from another page is read, not guessed', () => {
  const top = page([row('ada', 1), row('max', 2)], { player_count: 3 });
  const risen = refresh({ changes: [row('pia', 2), row('max', 3)] });
  expect(applyBoardRefresh(top, risen, { ...view, movement: 'week' })).toEqual({ kind: 'stale' });
  expect(applyBoardRefresh(top, risen, view).kind).toBe('patched');
});

test('a message that follows a missed one makes the page stale', () => {
  expect(applyBoardRefresh(three, refresh({ version: 7, previous_version: 6 }), view)).toEqual({
    kind: 'stale',
  });
});

test('old messages and those about another board are ignored', () => {
  for (const other of [{ version: 4, previous_version: 3 }, { board: 'daily' }]) {
    expect(applyBoardRefresh(three, refresh(other), view)).toEqual({ kind: 'ignored' });
  }
});

test('the next period makes the page stale, unless the URL fixes the shown one', () => {
  const next = refresh({ period_id: 8, version: 1, previous_version: 0 });
  expect(applyBoardRefresh(three, next, view)).toEqual({ kind: 'stale' });
  expect(applyBoardRefresh(three, next, { ...view, periods: null })).toEqual({ kind: 'ignored' });
});

test('a player who leaves gives the place to the next', () => {
  const after = patched(
    three,
    refresh({ player_count: 2, removed: ['ada'], changes: [row('max', 1), row('pia', 2)] }),
  );
  expect(after.standings.map((standing) => standing.player_id)).toEqual(['max', 'pia']);
});

test('a gap that the message does not fill makes the page stale', () => {
  expect(applyBoardRefresh(three, refresh({ removed: ['max'] }), view)).toEqual({ kind: 'stale' });
  expect(applyBoardRefresh(three, refresh({ changes: [row('pia', 2)] }), view)).toEqual({ kind: 'stale' });
});

test('a page in the middle keeps its place', () => {
  const second = page([row('max', 2), row('pia', 3)], { player_count: 4 });
  const after = patched(
    second,
    refresh({ player_count: 4, changes: [row('rob', 2), row('max', 3), row('pia', 4)] }),
  );
  expect(after.standings.map((standing) => [standing.player_id, standing.position])).toEqual([
    ['rob', 2],
    ['max', 3],
  ]);
});

test('a page beyond the reach of messages has to be reread', () => {
  const deep = page([row('ada', 101), row('max', 102)], { player_count: 500 });
  expect(applyBoardRefresh(deep, refresh({ player_count: 500 }), view)).toEqual({ kind: 'stale' });
});

test('players who join the last page are read, not guessed', () => {
  const joined = refresh({ player_count: 1, changes: [row('ada', 1)] });
  expect(applyBoardRefresh(page([]), joined, view)).toEqual({ kind: 'stale' });
  expect(applyBoardRefresh(three, refresh({ player_count: 4 }), view)).toEqual({ kind: 'stale' });
});

test('a page that became the last one has no next link, and is reread once there is more', () => {
  const two = page([row('ada', 1), row('max', 2)], { player_count: 3 });
  const last = patched(two, refresh({ player_count: 2 }));
  expect(last.next_cursor).toBeNull();
  const more = refresh({ version: 6, previous_version: 5, player_count: 3 });
  expect(applyBoardRefresh(last, more, view)).toEqual({ kind: 'stale' });
  expect(patched(two, refresh({ player_count: 4 })).next_cursor).toBe('next');
});
