import type { BoardHeader, BoardSummary } from '#domain/leaderboard/standing.ts';

/** Which state of a board: each period counts its own versions. */
export interface PublishedVersion {
  period_id: number;
  version: number;
}

/** What is known about the start of a board's periods. */
export type KnownPeriods = BoardSummary['periods'];

/**
 * Whether a newer state than the shown one was published.
 * @param periods those known when the page was read; null if the URL fixes a period
 */
export function isBehind(
  shown: Pick<BoardHeader, 'period_id' | 'version' | 'starts_at' | 'state'>,
  published: PublishedVersion,
  periods: KnownPeriods | null,
): boolean {
  if (published.period_id === shown.period_id) {
    // Nothing is published for a season before it begins.
    return published.version > shown.version || shown.state === 'upcoming';
  }
  if (periods === null) return false;
  // A period is refreshed for the last time after the next one has begun. A period that did not exist when
  // the page was read has begun since.
  const known = periods.find((period) => period.period_id === published.period_id);
  return !known || toTime(known.starts_at) > toTime(shown.starts_at);
}

function toTime(starts_at: string | null): number {
  return starts_at === null ? Number.NEGATIVE_INFINITY : Date.parse(starts_at);
}
