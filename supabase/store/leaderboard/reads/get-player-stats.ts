import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { type PlayerStats, playerStatsSchema } from './player-stats-schema.ts';

/**
 * A player by id or username: totals by metric, standings on all boards, the latest events, points per day,
 * tiers and results of closed periods. Null if there is no such player or the caller may not see them.
 */
export async function getPlayerStats(
  client: StoreClient,
  args: ({ player_id: string } | { username: string }) & { event_count?: number },
): Promise<PlayerStats | null> {
  return toValue(await client.rpc('get_player_stats', args), playerStatsSchema.nullable());
}
