import { defaultBoard } from '#domain/leaderboard/default-board.ts';
import { movementSpansMs } from '#domain/leaderboard/has-past.ts';
import { positionMax } from '#domain/leaderboard/limits.ts';
import { type BoardKind, type MovementWindow, movementWindows } from '#domain/leaderboard/vocabulary.ts';
import { toSearchText, toStorable } from '#domain/platform/text/storable-text.ts';

/** The boards whose periods are no longer than some of these spans: nobody can have moved on them over such a one. */
const periodSpansMs: Partial<Record<BoardKind, number>> = {
  daily: movementSpansMs.day,
  weekly: movementSpansMs.week,
};

/** The spans to choose from on a board. */
export function listMovementWindows(kind: BoardKind | undefined): MovementWindow[] {
  const longestMs = (kind && periodSpansMs[kind]) ?? Number.POSITIVE_INFINITY;
  return movementWindows.filter((movement) => movementSpansMs[movement] < longestMs);
}

/** The span to show when one is asked for: the longest that a board has where it has none so long. */
export function fitMovement(movement: MovementWindow, kind: BoardKind | undefined): MovementWindow {
  const windows = listMovementWindows(kind);
  return windows.find((window) => window === movement) ?? windows.at(-1) ?? movement;
}

/** What a person asked to see of a board, read from the address of the page. */
export interface BoardQuery {
  board: string;
  period_id: number | undefined;
  movement: MovementWindow;
  /** At most one of these three says where the page starts; the last one: some places above the viewer. */
  cursor: string | undefined;
  from_position: number | undefined;
  isAroundOwn: boolean;
  /** The text of a player search that was sent without scripts. */
  search: string;
}

/** Together with the default board and movement this is the page that the database keeps rendered. */
export const pageSize = 100;
export const defaultMovement: MovementWindow = 'day';

const positive = (text: string | null, highest = Number.MAX_SAFE_INTEGER): number | undefined => {
  const value = Number(text);
  return text && Number.isInteger(value) && value > 0 && value <= highest ? value : undefined;
};

/** Reads the address; what makes no sense there is treated as not given. */
export function parseBoardQuery(search: URLSearchParams): BoardQuery {
  const board = search.get('board') ?? '';
  const cursor = toStorable(search.get('cursor') ?? '') || undefined;
  const from_position = cursor ? undefined : positive(search.get('from'), positionMax);
  return {
    board: /^[a-z0-9-]{1,64}$/.test(board) ? board : defaultBoard,
    period_id: positive(search.get('period')),
    movement: movementWindows.find((window) => window === search.get('movement')) ?? defaultMovement,
    cursor,
    from_position,
    isAroundOwn: !cursor && !from_position && search.get('around') === 'me',
    search: toSearchText(search.get('q') ?? '', 64),
  };
}

/** The address of a board page. Defaults are left out, so that equal pages have equal addresses. */
export function boardHref(query: Partial<BoardQuery>): string {
  const search = new URLSearchParams();
  if (query.board && query.board !== defaultBoard) search.set('board', query.board);
  if (query.period_id) search.set('period', String(query.period_id));
  if (query.movement && query.movement !== defaultMovement) search.set('movement', query.movement);
  if (query.cursor) search.set('cursor', query.cursor);
  else if (query.from_position && query.from_position > 1) search.set('from', String(query.from_position));
  else if (query.isAroundOwn) search.set('around', 'me');
  if (query.search) search.set('q', query.search);
  const text = search.toString();
  return text ? `/?${text}` : '/';
}

/**
 * The address of the page that follows on one; null after the last.
 * @param page its cursor goes on after the row that was its last when it was read: null when that may be another by now
 */
export function nextHref(
  query: BoardQuery,
  { last, playerCount, nextCursor }: { last: number; playerCount: number; nextCursor: string | null },
): string | null {
  if (last >= playerCount) return null;
  const place = nextCursor ? { cursor: nextCursor } : { from_position: last + 1 };
  return boardHref({ ...query, cursor: undefined, isAroundOwn: false, ...place });
}

/** The address of the list of a board's periods, newest first; of older ones after a cursor. */
export function periodsHref(board: string, cursor?: string): string {
  return `/periods?${new URLSearchParams({ board, ...(cursor && { cursor }) })}`;
}

/** The address of a closed period's final standings as a file. */
export function exportHref(board: string, period_id: number, format: 'csv' | 'json'): string {
  return `/export?${new URLSearchParams({ board, period: String(period_id), format })}`;
}
