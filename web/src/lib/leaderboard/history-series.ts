/** One player's path over time, as the store reads it. */
export interface PlayerHistory {
  player_id: string;
  points: { version: number; as_of: string; position: number | null; score: number | null }[];
}

/** A point that can be drawn: moments at which the player was not on the board are left out. */
export interface HistoryPoint {
  at: Date;
  value: number;
}

/** The points of one measure, in order of time. */
export function toHistoryPoints(
  history: PlayerHistory | undefined,
  measure: 'position' | 'score',
): HistoryPoint[] {
  return (history?.points ?? []).flatMap((point) => {
    const value = point[measure];
    return value === null ? [] : [{ at: new Date(point.as_of), value }];
  });
}

/** A sentence that says what a line shows, for those who do not see it. */
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
 * The ranks at the lower and the upper edge of a plot: one more below and above, so that a rank which was held all the
 * time is not drawn along the lower edge, as if it were the last.
 */
export function spanRanks(points: readonly HistoryPoint[]): [number, number] {
  const places = points.map((point) => point.value);
  return [Math.max(...places) + 1, Math.max(1, Math.min(...places) - 1)];
}
