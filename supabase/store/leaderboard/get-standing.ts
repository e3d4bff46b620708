import type { MovementWindow, Standing } from '#domain/ranking/standing.ts';
import type { StoreClient } from '../store-client.ts';
import { readIfFound } from './read-if-found.ts';
import { standingSchema } from './standing-schema.ts';

/**
 * Where one player stands. Null when not on the board, when there is no such board, or when the player does not show
 * who they are and the client is neither theirs, a manager's nor the service's. `movement: null` is the cheapest read.
 */
export async function getStanding(
  client: StoreClient,
  args: { board: string; player_id: string; period_id?: number | null; movement?: MovementWindow | null },
): Promise<Standing | null> {
  return readIfFound(await client.rpc('get_standing', args), standingSchema.nullable());
}
