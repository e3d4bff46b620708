import type { BoardHeader, BoardSummary } from '#domain/leaderboard/standing.ts';

/** Which state of a board: each period counts its own versions. */
export interface PublishedVersion {
  period_id: number;
  version: number;
}

/** What is known of when a board's periods begin. */
export type KnownPeriods = BoardSummary['periods'];

/**
 * Whether something newer than the shown state was published.
 * @param periods those that were known when the page was read; null when the address names a period, which stays
 */
export function isBehind(
  shown: Pick<BoardHeader, 'period_id' | 'version' | 'starts_at' | 'state'>,
  published: PublishedVersion,
  periods: KnownPeriods | null,
): boolean {
  if (published.period_id === shown.period_id) {
    // Nothing is published of a season before it begins.
    return published.version > shown.version || shown.state === 'upcoming';
  }
  if (periods === null) return false;
  // The period before is refreshed for the last time when the next one has begun. One that was not there yet when
  // the page was read has begun since.
  const known = periods.find((period) => period.period_id === published.period_id);
  return !known || toTime(known.starts_at) > toTime(shown.starts_at);
}

function toTime(starts_at: string | null): number {
  return starts_at === null ? Number.NEGATIVE_INFINITY : Date.parse(starts_at);
}
