/** One point of a line. Moments without a value have none. */
export interface PlotPoint {
  at: Date;
  value: number;
}

/** A text alternative that describes the line. */
export function describeLine(points: readonly PlotPoint[], name: string, isBetterBelow: boolean): string {
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
export function spanRanks(points: readonly PlotPoint[]): [number, number] {
  const places = points.map((point) => point.value);
  return [Math.max(...places) + 1, Math.max(1, Math.min(...places) - 1)];
}
