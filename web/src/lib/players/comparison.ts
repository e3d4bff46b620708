import type { comparePlayers } from '#store/leaderboard/compare-players.ts';

/** Two players side by side. */
export type Comparison = NonNullable<Awaited<ReturnType<typeof comparePlayers>>>;
