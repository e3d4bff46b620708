import type { Standing } from '#domain/leaderboard/standing.ts';

/** How far away the next player is: above, or for the first one below. */
export interface Gap {
  kind: 'behind' | 'level' | 'ahead';
  other: Standing;
  points: number;
}

/** The gap to the next player among those that are known; null when that one is not. */
export function findGap(own: Standing, others: readonly Standing[]): Gap | null {
  const at = (position: number) => others.find((other) => other.position === position);
  const above = at(own.position - 1);
  const other = own.position === 1 ? at(2) : above;
  if (!other) return null;
  const points = Math.abs(other.score - own.score);
  if (points === 0) return { kind: 'level', other, points };
  return { kind: other === above ? 'behind' : 'ahead', other, points };
}
