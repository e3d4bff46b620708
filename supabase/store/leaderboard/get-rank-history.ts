import { z } from 'zod';
import type { MovementWindow } from '#domain/ranking/standing.ts';
import type { StoreClient } from '../store-client.ts';
import { readIfFound } from './read-if-found.ts';

export const historySchema = z.array(
  z.object({
    player_id: z.uuid(),
    points: z.array(
      z.object({
        version: z.number().int(),
        as_of: z.string(),
        position: z.number().int().nullable(),
        score: z.number().int().nullable(),
      }),
    ),
  }),
);

/**
 * Positions and scores over time of up to ten players on the current period, oldest first; players the client may not
 * see are left out, and an unknown board has no history.
 */
export async function getRankHistory(
  client: StoreClient,
  args: { board: string; player_ids: string[]; window?: MovementWindow; point_count_max?: number },
): Promise<z.output<typeof historySchema>> {
  const { board, player_ids, window, point_count_max } = args;
  const asked = { board, player_ids, since: window, max_points: point_count_max };
  return readIfFound(await client.rpc('get_rank_history', asked), historySchema) ?? [];
}
