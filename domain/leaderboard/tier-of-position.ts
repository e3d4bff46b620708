import type { Tier } from './standing.ts';

/** The tier that a position on a board is worth: a title for 1 to 3, `top_10` to 10, `elite` to 100, then null. */
export function tierOfPosition(position: number): Tier | null {
  if (!Number.isInteger(position) || position < 1) return null;
  if (position === 1) return 'champion';
  if (position === 2) return 'silver';
  if (position === 3) return 'bronze';
  if (position <= 10) return 'top_10';
  return position <= 100 ? 'elite' : null;
}
