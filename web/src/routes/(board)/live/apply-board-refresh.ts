import type { BoardPage, Standing } from '#domain/leaderboard/standing.ts';
import type { MovementWindow } from '#domain/leaderboard/vocabulary.ts';
import type { BoardRefresh } from './board-refresh.ts';
import { isBehind, type KnownPeriods } from './is-behind.ts';

/** What a refresh message means for the page on screen. */
export type PatchResult =
  | { kind: 'patched'; page: BoardPage }
  /** The message cannot update the page: reread it. */
  | { kind: 'stale' }
  /** The message is about another board, another period, or is older than the page. */
  | { kind: 'ignored' };

/** The view of a page. */
export interface PageView {
  /** The movement window of the page. */
  movement: MovementWindow;
  /** See isBehind. */
  periods: KnownPeriods | null;
}

/** Messages contain the players of these positions only; pages further down must be reread. */
const broadcastDepth = 100;

/** The movement window of messages. */
const messageMovement: MovementWindow = 'day';

/**
 * Applies one refresh to a board page. Rows keep their identity (the player), so a list can animate them; the
 * page keeps its length and position.
 */
export function applyBoardRefresh(
  page: BoardPage,
  refresh: BoardRefresh,
  { movement, periods }: PageView,
): PatchResult {
  const { board, standings } = page;
  if (refresh.board !== board.slug || !isBehind(board, refresh, periods)) return { kind: 'ignored' };
  const hasBegun = board.state === 'upcoming' || refresh.period_id !== board.period_id;
  if (hasBegun || refresh.previous_version !== board.version) return { kind: 'stale' };

  const first = standings[0]?.position ?? 1;
  const last = standings.at(-1)?.position ?? 0;
  const depthNeeded = Math.min(last, refresh.player_count);
  const hasRoom = page.next_cursor === null && refresh.player_count > last;
  if (depthNeeded > broadcastDepth || hasRoom) return { kind: 'stale' };

  const shown = mergeRows(standings, refresh, movement)
    .filter((row) => row.position >= first && row.position <= last)
    .sort((one, other) => one.position - other.position);
  const isComplete = shown.length === Math.max(0, depthNeeded - first + 1);
  if (!isComplete || shown.some((row, index) => row.position !== first + index)) return { kind: 'stale' };
  const { version, as_of, player_count, titles_due_at } = refresh;
  return {
    kind: 'patched',
    page: {
      board: { ...board, version, as_of, player_count, titles_due_at },
      standings: shown,
      next_cursor: player_count > last ? page.next_cursor : null,
    },
  };
}

function mergeRows(
  standings: readonly Standing[],
  refresh: BoardRefresh,
  movement: MovementWindow,
): Standing[] {
  const before = new Map(standings.map((row) => [row.player_id, row]));
  const gone = new Set([...refresh.removed, ...refresh.changes.map((row) => row.player_id)]);
  const unchanged = standings
    .filter((row) => !gone.has(row.player_id))
    .map((row) => (movement === 'refresh' && row.movement !== 0 ? { ...row, movement: 0 } : row));
  const renewed = refresh.changes.flatMap(
    (row) => renewStanding(row, before.get(row.player_id), movement) ?? [],
  );
  return [...unchanged, ...renewed];
}

/**
 * A changed standing on a page whose movement window differs from the message's. Null for players who were
 * unknown before, because only a new read has their movement.
 */
export function renewStanding(
  row: Standing,
  known: Standing | undefined,
  movement: MovementWindow,
): Standing | null {
  if (movement === messageMovement) return row;
  if (!known) return null;
  const places = known.position - row.position;
  if (movement === 'refresh') return { ...row, movement: places };
  return { ...row, movement: known.movement === null ? null : known.movement + places };
}
