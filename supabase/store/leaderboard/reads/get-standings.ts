import { z } from 'zod';
import type { Standing } from '#domain/leaderboard/standing.ts';
import type { MovementWindow } from '#domain/leaderboard/vocabulary.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { standingSchema } from './standing-schema.ts';

/**
 * Where up to 100 players stand, in the order of the board. Who is not on it, or may not be seen by the caller, is left
 * out. Refused: board_not_found, period_not_found.
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
