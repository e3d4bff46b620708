import type { Standing } from '#domain/leaderboard/standing.ts';

/** The distance to the next player: the one above, or the one below for the leader. */
export interface Gap {
  kind: 'behind' | 'level' | 'ahead';
  other: Standing;
  points: number;
}

/** The gap to the next known player; null if that player is unknown. */
export function findGap(own: Standing, others: readonly Standing[]): Gap | null {
  const at = (position: number) => others.find((other) => other.position === position);
  const above = at(own.position - 1);
  const other = own.position === 1 ? at(2) : above;
  if (!other) return null;
  const points = Math.abs(other.score - own.score);
  if (points === 0) return { kind: 'level', other, points };
  return { kind: other === above ? 'behind' : 'ahead', other, points };
}
