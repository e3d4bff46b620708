import type { Standing } from './standing.ts';

/** The part of a standing that decides its place. */
export type Ordered = Pick<Standing, 'score' | 'reached_at' | 'player_id'>;

/**
 * The total order of a board: the higher score first, then who reached it first, then the lower id. Never 0 for two
 * different players. Times may be written with different precision.
 */
export function compareStandings(a: Ordered, b: Ordered): number {
  if (a.score !== b.score) return b.score - a.score;
  const byTime = compareTimes(a.reached_at, b.reached_at);
  if (byTime !== 0) return byTime;
  return a.player_id < b.player_id ? -1 : Number(a.player_id > b.player_id);
}

/** Milliseconds first, then the digits that a Date would drop: the database counts in microseconds. */
function compareTimes(a: string, b: string): number {
  const byMilliseconds = Date.parse(a) - Date.parse(b);
  return byMilliseconds !== 0 ? byMilliseconds : readMicroseconds(a) - readMicroseconds(b);
}

function readMicroseconds(time: string): number {
  const digits = /\.(\d+)/.exec(time)?.[1] ?? '';
  return Number(digits.padEnd(6, '0').slice(3, 6));
}
