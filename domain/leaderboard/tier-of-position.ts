import { type Tier, tierLastPositions, tiers } from './vocabulary.ts';

/** The tier that a position on a board is worth; null beyond the last tier. */
export function tierOfPosition(position: number): Tier | null {
  if (!Number.isInteger(position) || position < 1) return null;
  return tiers.find((tier) => position <= tierLastPositions[tier]) ?? null;
}
