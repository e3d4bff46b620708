import { defaultBoard } from '#domain/leaderboard/default-board.ts';
import { movementSpansMs } from '#domain/leaderboard/has-past.ts';
import { positionMax } from '#domain/leaderboard/limits.ts';
import {
  type BoardKind,
  type ExportFormat,
  type MovementWindow,
  movementWindows,
} from '#domain/leaderboard/vocabulary.ts';
import { toSearchText, toStorable } from '#domain/platform/text/storable-text.ts';

/** Boards whose periods are too short for some windows: nobody can have moved over such a window. */
const periodSpansMs: Partial<Record<BoardKind, number>> = {
  daily: movementSpansMs.day,
  weekly: movementSpansMs.week,
};

/** The windows to choose from on a board. */
export function listMovementWindows(kind: BoardKind | undefined): MovementWindow[] {
  const longestMs = (kind && periodSpansMs[kind]) ?? Number.POSITIVE_INFINITY;
  return movementWindows.filter((movement) => movementSpansMs[movement] < longestMs);
}

/** The requested window, or the board's longest if its periods are shorter. */
export function fitMovement(movement: MovementWindow, kind: BoardKind | undefined): MovementWindow {
  const windows = listMovementWindows(kind);
  return windows.find((window) => window === movement) ?? windows.at(-1) ?? movement;
}

/** The requested view of a board, parsed from the URL. */
export interface BoardQuery {
  board: string;
  period_id: number | undefined;
  movement: MovementWindow;
  /**
   * At most one of these three sets the start of the page; the last one means some places above the viewer.
   */
  cursor: string | undefined;
  from_position: number | undefined;
  isAroundOwn: boolean;
  /** The text of a player search that was submitted without scripts. */
  search: string;
}

/** With the default board and movement, this is the page that the database keeps pre-rendered. */
export const pageSize = 100;
export const defaultMovement: MovementWindow = 'day';

const positive = (text: string | null, highest = Number.MAX_SAFE_INTEGER): number | undefined => {
  const value = Number(text);
  return text && Number.isInteger(value) && value > 0 && value <= highest ? value : undefined;
};

/** Parses the URL; invalid parameters are ignored. */
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

/** The URL of a board page. Defaults are omitted, so equal pages have equal URLs. */
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
 * The URL of the next page; null after the last.
 * @param page its cursor follows the row that was last when it was read; null if that may have changed
 */
export function nextHref(
  query: BoardQuery,
  { last, playerCount, nextCursor }: { last: number; playerCount: number; nextCursor: string | null },
): string | null {
  if (last >= playerCount) return null;
  const place = nextCursor ? { cursor: nextCursor } : { from_position: last + 1 };
  return boardHref({ ...query, cursor: undefined, isAroundOwn: false, ...place });
}

/** The URL of a board's list of periods, newest first; older ones follow a cursor. */
export function periodsHref(board: string, cursor?: string): string {
  return `/periods?${new URLSearchParams({ board, ...(cursor && { cursor }) })}`;
}

/** The URL to download a closed period's final standings. */
export function exportHref(board: string, period_id: number, format: ExportFormat): string {
  return `/export?${new URLSearchParams({ board, period: String(period_id), format })}`;
}
