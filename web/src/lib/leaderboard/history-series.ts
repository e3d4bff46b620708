import type { PlotPoint } from '#lib/plot/plot-points.ts';

/** One player's history, as the store returns it. */
export interface PlayerHistory {
  player_id: string;
  points: { version: number; as_of: string; position: number | null; score: number | null }[];
}

/** The points of one measure in chronological order. */
export function toHistoryPoints(
  history: PlayerHistory | undefined,
  measure: 'position' | 'score',
): PlotPoint[] {
  return (history?.points ?? []).flatMap((point) => {
    const value = point[measure];
    return value === null ? [] : [{ at: new Date(point.as_of), value }];
  });
}
