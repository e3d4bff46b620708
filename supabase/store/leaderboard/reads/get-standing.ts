import type { Standing } from '#domain/leaderboard/standing.ts';
import { standingSchema } from '#domain/leaderboard/standing-schema.ts';
import type { MovementWindow } from '#domain/leaderboard/vocabulary.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

/**
 * One player's standing. Null if the player is not on the board, or hides their identity and the client is
 * neither theirs, a manager's nor the service's. `movement: null` is the cheapest read. Refused:
 * board_not_found, period_not_found.
 */
export async function getStanding(
  client: StoreClient,
  args: { board: string; player_id: string; period_id?: number | null; movement?: MovementWindow | null },
): Promise<Standing | null> {
  return toValue(await client.rpc('get_standing', args), standingSchema.nullable());
}
