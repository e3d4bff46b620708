import { expect } from 'vitest';
import type { BoardPage, Standing } from '#domain/leaderboard/standing.ts';
import { movementWindows } from '#domain/leaderboard/vocabulary.ts';
import type { Arena } from '../arena.ts';
import type { BoardPast, PublishedBoard } from './board-past.ts';
import { normalise, renderExpected, type TierOf } from './expected-standings.ts';
import { type Faces, readFaces } from './faces.ts';
import { toIso } from './score-log.ts';

/** The reference for the reads of a period. */
export interface Expected {
  arena: Arena;
  periodId: number;
  board: PublishedBoard;
  past: BoardPast;
  faces: Faces;
  tierOf: TierOf;
  isClosed: boolean;
}

async function readPage(
  { arena, periodId }: Expected,
  args: {
    max_rows?: number;
    cursor?: string | null;
    from_position?: number | null;
    movement?: string | null;
  },
  isPlain = false,
): Promise<BoardPage> {
  const [row] = await arena.sql<{ page: BoardPage }[]>`
    select public.get_board_page(${arena.slug}, ${args.max_rows ?? 100}::int, ${args.cursor ?? null},
      ${args.from_position ?? null}::bigint, ${isPlain ? null : periodId}::bigint,
      ${args.movement ?? null}) as page`;
  if (!row) throw new Error('There is no page.');
  return row.page;
}

/** Compares pages (rendered, computed, by cursor and by position) with the oracle, for each movement. */
export async function comparePages(expected: Expected): Promise<void> {
  const { board, faces, tierOf, past, isClosed, periodId, arena } = expected;
  const plain = renderExpected(board.standings, faces, { tierOf });
  for (const movement of movementWindows) {
    const base = isClosed ? undefined : past.findBase(movement)?.positions;
    const moved = renderExpected(board.standings, faces, { tierOf, base });
    const page = await readPage(expected, { max_rows: 1000, movement });
    expect([movement, normalise(page.standings)]).toEqual([movement, moved]);
    expect(page.board).toMatchObject({ period_id: periodId, player_count: plain.length });
  }
  if (periodId === arena.currentPeriodId) {
    const rendered = await readPage(expected, { movement: 'day' }, true);
    const base = board.renderedFrom;
    expect(normalise(rendered.standings)).toEqual(renderExpected(board.standings, faces, { tierOf, base }));
    expect(rendered.board).toMatchObject({ version: board.version, player_count: plain.length });
  }
  const paged: Standing[] = [];
  for (let cursor: string | null = null, isFirst = true; isFirst || cursor; isFirst = false) {
    const page: BoardPage = await readPage(expected, { max_rows: 4, cursor });
    paged.push(...page.standings);
    cursor = page.next_cursor;
  }
  expect(normalise(paged)).toEqual(plain);
  for (const from_position of [2, 5, plain.length, plain.length + 1].filter((position) => position > 0)) {
    const page = await readPage(expected, { max_rows: 3, from_position });
    expect(normalise(page.standings)).toEqual(plain.slice(from_position - 1, from_position + 2));
  }
}

/** Compares each player's own place and their neighbours with the oracle. */
export async function comparePlaces(expected: Expected): Promise<void> {
  const { arena, board, faces, tierOf, past, isClosed, periodId } = expected;
  // Without a period it is the current one, which has a shortcut without movement.
  const asked = periodId === arena.currentPeriodId ? null : periodId;
  const rows = await arena.sql<
    { id: string; plain: Standing | null; moved: Standing | null; around: Standing[] | null }[]
  >`
    select id, public.get_standing(${arena.slug}, id, ${asked}::bigint, null) as plain,
      public.get_standing(${arena.slug}, id, ${asked}::bigint, 'hour') as moved,
      public.get_standings_around(${arena.slug}, id, 2, ${periodId}, 'week') as around
    from unnest(${arena.playerIds}::uuid[]) as id`;
  const [hour, week] = isClosed ? [] : [past.findBase('hour')?.positions, past.findBase('week')?.positions];
  for (const { id, plain, moved, around } of rows) {
    const index = board.standings.findIndex(({ playerId }) => playerId === id);
    if (index < 0) {
      expect([id, plain, moved, around]).toEqual([id, null, null, null]);
      continue;
    }
    const near = board.standings.slice(Math.max(0, index - 2), index + 3);
    const own = board.standings.slice(index, index + 1);
    expect(normalise(plain ? [plain] : [])).toEqual(renderExpected(own, faces, { tierOf, shownId: id }));
    expect(normalise(moved ? [moved] : [])).toEqual(
      renderExpected(own, faces, { tierOf, shownId: id, base: hour }),
    );
    expect(normalise(around ?? [])).toEqual(renderExpected(near, faces, { tierOf, shownId: id, base: week }));
  }
}

/** Compares reads of several players, in board order whatever the order of the question. */
export async function compareSeveral(expected: Expected): Promise<void> {
  const { arena, board, faces, tierOf, past, isClosed, periodId } = expected;
  const asked = arena.playerIds.filter((_, index) => index % 2 === 0).toReversed();
  const [row] = await arena.sql<{ several: Standing[] }[]>`
    select public.get_standings(${arena.slug}, ${[...asked, ...asked]}::uuid[], ${periodId}, 'day') as several`;
  const base = isClosed ? undefined : past.findBase('day')?.positions;
  const listed = board.standings.filter(({ playerId }) => asked.includes(playerId));
  expect(normalise(row?.several ?? [])).toEqual(
    listed.flatMap((own) => renderExpected([own], faces, { tierOf, shownId: own.playerId, base })),
  );
}

/** Compares every kept version, read back now, with the oracle's state and tiers at the time. */
export async function compareVersions({
  arena,
  periodId,
  past,
}: Pick<Expected, 'arena' | 'periodId' | 'past'>): Promise<void> {
  const faces = await readFaces(arena.sql, periodId, arena.playerIds);
  for (const [index, board] of past.boards.entries()) {
    const from = 1 + (board.version % (board.standings.length + 2));
    const [row] = await arena.sql<{ page: BoardPage; part: BoardPage; positions: (number | null)[] }[]>`
      select public.get_board_at(${arena.slug}, ${toIso(board.asOf)}, 1000, ${periodId}) as page,
        public.get_board_at(${arena.slug}, ${toIso(board.asOf)}, 3, ${periodId}, ${from}::bigint) as part,
        (select jsonb_agg(leaderboard.position_at(${periodId}, id, ${board.version}) order by place)
          from unnest(${arena.playerIds}::uuid[]) with ordinality as asked (id, place)) as positions`;
    expect(row?.positions).toEqual(arena.playerIds.map((id) => board.positions.get(id) ?? null));
    // Of several versions published at the same moment, the last one counts.
    if (past.boards[index + 1]?.asOf === board.asOf) continue;
    const expected = renderExpected(board.standings, faces, {
      tierOf: (_, playerId) => board.tiers.get(playerId) ?? null,
    });
    expect(normalise(row?.page.standings ?? [])).toEqual(expected);
    expect([from, normalise(row?.part.standings ?? [])]).toEqual([from, expected.slice(from - 1, from + 2)]);
    expect(row?.page.board).toMatchObject({ version: board.version, player_count: board.standings.length });
  }
}
