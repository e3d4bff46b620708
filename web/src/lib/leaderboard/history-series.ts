/** One player's history, as the store returns it. */
export interface PlayerHistory {
  player_id: string;
  points: { version: number; as_of: string; position: number | null; score: number | null }[];
}

/** A point that can be drawn; moments at which the player was not on the board are omitted. */
export interface HistoryPoint {
  at: Date;
  value: number;
}

/** The points of one measure in chronological order. */
export function toHistoryPoints(
  history: PlayerHistory | undefined,
  measure: 'position' | 'score',
): HistoryPoint[] {
  return (history?.points ?? []).flatMap((point) => {
    const value = point[measure];
    return value === null ? [] : [{ at: new Date(point.as_of), value }];
  });
}

/** A text alternative that describes the line. */
export function describeHistory(
  points: readonly HistoryPoint[],
  name: string,
  isBetterBelow: boolean,
): string {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return `${name}: nothing to show yet.`;
  const values = points.map((point) => point.value);
  const best = isBetterBelow ? Math.min(...values) : Math.max(...values);
  return `${name}: from ${first.value} to ${last.value}, best ${best}.`;
}

/**
 * The lower and upper rank of a plot, with a margin of one: a constant rank is not drawn along the lower edge
 * as if it were last.
 */
export function spanRanks(points: readonly HistoryPoint[]): [number, number] {
  const places = points.map((point) => point.value);
  return [Math.max(...places) + 1, Math.max(1, Math.min(...places) - 1)];
}
