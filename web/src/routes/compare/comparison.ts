import type { PlayerComparison } from '#store/leaderboard/reads/player-comparison-schema.ts';

/** Two players side by side. */
export type Comparison = PlayerComparison;

/** One of two players, with their standing on the compared board. */
export type ComparedSide = Comparison['players'][number];

/** A suggested player, and the reason for the suggestion. */
export interface Opponent {
  username: string;
  display_name: string;
  avatar_url: string | null;
  note: string;
}
