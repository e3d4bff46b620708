import type { comparePlayers } from '#store/leaderboard/compare-players.ts';

/** Two players side by side. */
export type Comparison = NonNullable<Awaited<ReturnType<typeof comparePlayers>>>;

/** One of two players, with the standing on the board they are compared on. */
export type ComparedSide = Comparison['players'][number];
