import type { MovementWindow } from '#domain/leaderboard/vocabulary.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { historySchema, type RankHistory } from './rank-history-schema.ts';

/**
 * Positions over time of up to ten players on the current or another period of a board, at most `max_points`
 * each, evenly spread. Players whom the caller may not see are omitted. Refused: board_not_found,
 * period_not_found.
 * @param args.since a window or an ISO 8601 time; defaults to a week
 */
export async function getRankHistory(
  client: StoreClient,
  args: {
    board: string;
    player_ids: readonly string[];
    since?: MovementWindow | string;
    max_points?: number;
    period_id?: number | null;
  },
): Promise<RankHistory> {
  return toValue(await client.rpc('get_rank_history', args), historySchema);
}
