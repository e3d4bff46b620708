import { z } from 'zod';
import type { Standing } from '#domain/leaderboard/standing.ts';
import { standingSchema } from '#domain/leaderboard/standing-schema.ts';
import type { MovementWindow } from '#domain/leaderboard/vocabulary.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

/**
 * A player with up to `each_side` neighbours above and below, in order. Null under the same conditions as
 * getStanding.
 */
export async function getStandingsAround(
  client: StoreClient,
  args: {
    board: string;
    player_id: string;
    each_side?: number;
    period_id?: number | null;
    movement?: MovementWindow | null;
  },
): Promise<Standing[] | null> {
  return toValue(await client.rpc('get_standings_around', args), z.array(standingSchema).nullable());
}
