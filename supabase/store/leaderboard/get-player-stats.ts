import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { scoreEntrySchema } from './score-entry-schema.ts';
import { standingSchema, tierSchema } from './standing-schema.ts';

export const statsSchema = z.object({
  player_id: z.uuid(),
  username: z.string(),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
  created_at: z.string(),
  left_at: z.string().nullable(),
  is_anonymous: z.boolean(),
  totals: z.array(
    z.object({
      metric: z.string(),
      units: z.number(),
      points: z.number().int(),
      event_count: z.number().int(),
      last_occurred_at: z.string(),
    }),
  ),
  standings: z.array(
    z.object({
      board: z.string(),
      name: z.string(),
      kind: z.string(),
      player_count: z.number().int(),
      standing: standingSchema,
    }),
  ),
  events: z.array(scoreEntrySchema),
  activity: z.array(z.object({ day: z.string(), points: z.number().int(), event_count: z.number().int() })),
  tiers: z.array(z.object({ board: z.string(), tier: tierSchema, since: z.string() })),
  past_periods: z.array(
    z.object({
      board: z.string(),
      name: z.string(),
      period_id: z.number().int(),
      starts_at: z.string().nullable(),
      ends_at: z.string().nullable(),
      position: z.number().int(),
      score: z.number().int(),
    }),
  ),
});

/**
 * What a player did and where they stand on every board, by id or username. Null when there is no such player or the
 * client may not see them. Days are in the player's time zone.
 */
export async function getPlayerStats(
  client: StoreClient,
  args: { player_id?: string; username?: string; event_count?: number },
): Promise<z.output<typeof statsSchema> | null> {
  return toValue(await client.rpc('get_player_stats', args), statsSchema.nullable());
}
