import { z } from 'zod';
import type { Standing } from '#domain/leaderboard/standing.ts';
import { tiers } from '#domain/leaderboard/vocabulary.ts';

export const tierSchema = z.enum(tiers);

export const standingSchema = z.object({
  player_id: z.uuid(),
  username: z.string().nullable(),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
  position: z.number().int(),
  rank: z.number().int(),
  score: z.number().int(),
  reached_at: z.string(),
  tier: tierSchema.nullable(),
  movement: z.number().int().nullable(),
  is_anonymous: z.boolean(),
  is_tied: z.boolean(),
}) satisfies z.ZodType<Standing>;
