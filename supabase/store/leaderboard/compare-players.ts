import { z } from 'zod';
import type { StoreClient } from '../store-client.ts';
import { readIfFound } from './read-if-found.ts';
import { standingSchema } from './standing-schema.ts';

const comparisonSchema = z.object({
  board: z.string(),
  name: z.string(),
  positions: z.tuple([z.number().int().nullable(), z.number().int().nullable()]),
  scores: z.tuple([z.number().int().nullable(), z.number().int().nullable()]),
  leader_player_id: z.uuid().nullable(),
  lead_points: z.number().int(),
  leads_since: z.string().nullable(),
});

export const sideBySideSchema = z.object({
  players: z.array(
    z.object({
      player_id: z.uuid(),
      username: z.string(),
      display_name: z.string(),
      avatar_url: z.string().nullable(),
      standing: standingSchema.nullable(),
    }),
  ),
  comparison: comparisonSchema,
  boards: z.array(comparisonSchema),
  metrics: z.array(
    z.object({
      metric: z.string(),
      points: z.tuple([z.number().int(), z.number().int()]),
      units: z.tuple([z.number(), z.number()]),
    }),
  ),
});

/**
 * Two players side by side: who leads on which board, by how many points and since when, and points by metric. Null
 * when there is no such board, or the client may not see one of them.
 */
export async function comparePlayers(
  client: StoreClient,
  args: { board: string; player_ids: [string, string] },
): Promise<z.output<typeof sideBySideSchema> | null> {
  return readIfFound(await client.rpc('compare_players', args), sideBySideSchema);
}
