import { z } from 'zod';
import { tiers } from './vocabulary.ts';

export const tierSchema = z.enum(tiers);

/** A player's standing on one board, as sent over the wire. */
export const standingSchema = z.object({
  /** The player id; for anonymous players, an id that is valid only in this period of the board. */
  player_id: z.uuid(),
  username: z.string().nullable(),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
  /** Place in the total order; no two players share it. */
  position: z.number().int(),
  /** Displayed place; players with equal scores share it. */
  rank: z.number().int(),
  score: z.number().int(),
  /** When the score last changed (ISO 8601); among equal scores, the earlier one is ahead. */
  reached_at: z.string(),
  tier: tierSchema.nullable(),
  /** Places gained since the start of the window; negative if lost, null if not on the board then. */
  movement: z.number().int().nullable(),
  is_anonymous: z.boolean(),
  /** Whether another player has the same score and therefore the same rank. */
  is_tied: z.boolean(),
});
