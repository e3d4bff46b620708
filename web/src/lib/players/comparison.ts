import type { PlayerComparison } from '#store/leaderboard/compare-players.ts';

/** Two players side by side. */
export type Comparison = PlayerComparison;

/** One of two players, with the standing on the board they are compared on. */
export type ComparedSide = Comparison['players'][number];
