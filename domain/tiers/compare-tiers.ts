import type { Tier } from '../ranking/standing.ts';

const order: readonly Tier[] = ['champion', 'silver', 'bronze', 'top_10', 'elite'];

/** Sorts the better tier first; no tier comes last. */
export function compareTiers(a: Tier | null, b: Tier | null): number {
  return weigh(a) - weigh(b);
}

function weigh(tier: Tier | null): number {
  return tier === null ? order.length : order.indexOf(tier);
}
