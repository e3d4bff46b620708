import type { getPlayerStats } from '#store/leaderboard/get-player-stats.ts';

/** Everything that is shown about a player. */
export type PlayerStats = NonNullable<Awaited<ReturnType<typeof getPlayerStats>>>;
