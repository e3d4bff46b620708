import { z } from 'zod';
import type { MovementWindow, Standing } from '#domain/ranking/standing.ts';
import type { StoreClient } from '../store-client.ts';
import { readIfFound } from './read-if-found.ts';
import { standingSchema } from './standing-schema.ts';

/**
 * Where up to 100 players stand, in the order of the board. Who is not on it, or may not be seen by the caller, is left
 * out. Null when there is no such board or period.
 */
export async function getStandings(
  client: StoreClient,
  args: {
    board: string;
    player_ids: readonly string[];
    period_id?: number | null;
    movement?: MovementWindow | null;
  },
): Promise<Standing[] | null> {
  return readIfFound(await client.rpc('get_standings', args), z.array(standingSchema));
}
