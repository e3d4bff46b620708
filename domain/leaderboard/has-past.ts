import type { BoardPage } from './standing.ts';
import type { MovementWindow } from './vocabulary.ts';

const hourMs = 3_600_000;

/** The minimum age of a board for each movement window; "last refresh" works at any age. */
export const movementSpansMs: Readonly<Record<MovementWindow, number>> = {
  refresh: 0,
  hour: hourMs,
  day: 24 * hourMs,
  week: 7 * 24 * hourMs,
};

/**
 * Whether the board existed when the movement window began. On a younger board, movement would be counted
 * from its first minutes, when hardly anyone was on it.
 */
export function hasPast(
  {
    board,
    standings,
  }: {
    board: Pick<BoardPage['board'], 'starts_at' | 'as_of'>;
    standings: readonly { movement: number | null }[];
  },
  movement: MovementWindow,
): boolean {
  const ageMs =
    board.starts_at === null
      ? Number.POSITIVE_INFINITY
      : Date.parse(board.as_of) - Date.parse(board.starts_at);
  return ageMs >= movementSpansMs[movement] && standings.some((standing) => standing.movement !== null);
}
