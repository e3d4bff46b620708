import { z } from 'zod';
import type { Standing } from '#domain/leaderboard/standing.ts';
import { standingSchema } from '#domain/leaderboard/standing-schema.ts';
import type { MovementWindow } from '#domain/leaderboard/vocabulary.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

/**
 * The standings of up to 100 players, in board order. Players who are not on it, or not visible to the
 * caller, are omitted. Refused: board_not_found, period_not_found.
 */
export async function getStandings(
  client: StoreClient,
  args: {
    board: string;
    player_ids: readonly string[];
    period_id?: number | null;
    movement?: MovementWindow | null;
  },
): Promise<Standing[]> {
  return toValue(await client.rpc('get_standings', args), z.array(standingSchema));
}
