import type { Standing } from './standing.ts';

/**
 * Whether the board was there when the span began that movement is shown for. On a younger one nobody has moved, and
 * nobody is new either.
 */
export function hasPast(standings: readonly Pick<Standing, 'movement'>[]): boolean {
  return standings.some((standing) => standing.movement !== null);
}
