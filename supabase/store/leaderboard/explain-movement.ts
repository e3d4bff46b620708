import { z } from 'zod';
import type { MovementWindow } from '#domain/ranking/standing.ts';
import type { StoreClient } from '../store-client.ts';
import { readIfFound } from './read-if-found.ts';
import { scoreEntrySchema } from './score-entry-schema.ts';

const momentSchema = z.object({
  version: z.number().int(),
  as_of: z.string(),
  position: z.number().int(),
  score: z.number().int(),
});

/** Null where the player, or the board, was not there yet. */
const earlierMomentSchema = z.object({
  version: momentSchema.shape.version.nullable(),
  as_of: momentSchema.shape.as_of.nullable(),
  position: momentSchema.shape.position.nullable(),
  score: momentSchema.shape.score.nullable(),
});

const passingSchema = z.object({
  count: z.number().int(),
  /** False when only the nearest neighbours were looked at. */
  is_complete: z.boolean(),
  players: z.array(
    z.object({
      display_name: z.string(),
      username: z.string().nullable(),
      position_before: z.number().int().nullable(),
      position: z.number().int(),
      score: z.number().int(),
      points: z.number().int(),
    }),
  ),
});

export const explanationSchema = z.object({
  since: earlierMomentSchema,
  now: momentSchema,
  events: z.array(scoreEntrySchema),
  passed_by: passingSchema,
  passed: passingSchema,
});

/**
 * Why a player moved since a window began: own events, who passed and who was passed. Null when not on the board or not
 * to be seen by the client.
 */
export async function explainMovement(
  client: StoreClient,
  args: { board: string; player_id: string; since?: MovementWindow; row_count_max?: number },
): Promise<z.output<typeof explanationSchema> | null> {
  const { board, player_id, since, row_count_max } = args;
  const asked = { board, player_id, since, max_rows: row_count_max };
  return readIfFound(await client.rpc('explain_movement', asked), explanationSchema.nullable());
}
