import type { BoardKind } from '#domain/leaderboard/vocabulary.ts';

/** What people read for the length of a board's periods. */
export const kindNames: Record<BoardKind, string> = {
  all_time: 'All time',
  monthly: 'Monthly',
  weekly: 'Weekly',
  daily: 'Daily',
  season: 'Seasons',
};
