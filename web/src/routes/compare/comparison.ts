import type { PlayerComparison } from '#store/leaderboard/reads/compare-players.ts';

/** Two players side by side. */
export type Comparison = PlayerComparison;

/** One of two players, with the standing on the board they are compared on. */
export type ComparedSide = Comparison['players'][number];

/** Somebody to compare with, and why they are offered. */
export interface Opponent {
  username: string;
  display_name: string;
  avatar_url: string | null;
  note: string;
}
