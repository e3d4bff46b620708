import { z } from 'zod';
import { boardKindSchema } from '#domain/leaderboard/board-page-schema.ts';
import { standingSchema, tierSchema } from '#domain/leaderboard/standing-schema.ts';
import { scoreEntrySchema } from './score-entry-schema.ts';

export const playerStatsSchema = z.object({
  player_id: z.uuid(),
  username: z.string(),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
  created_at: z.string(),
  left_at: z.string().nullable(),
  is_anonymous: z.boolean(),
  /** Today in the player's time zone; `activity` ends with it. */
  today: z.iso.date(),
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
      kind: boardKindSchema,
      player_count: z.number().int(),
      standing: standingSchema,
    }),
  ),
  events: z.array(scoreEntrySchema),
  /** Days (yyyy-mm-dd in the player's time zone) of the last 90 with any activity. */
  activity: z.array(z.object({ day: z.string(), points: z.number().int(), event_count: z.number().int() })),
  tiers: z.array(z.object({ board: z.string(), tier: tierSchema, since: z.string() })),
  past_periods: z.array(
    z.object({
      board: z.string(),
      name: z.string(),
      kind: boardKindSchema,
      time_zone: z.string(),
      period_id: z.number().int(),
      /** The name of a season. */
      period_name: z.string().nullable(),
      starts_at: z.string(),
      ends_at: z.string(),
      position: z.number().int(),
      rank: z.number().int(),
      is_tied: z.boolean(),
      score: z.number().int(),
    }),
  ),
});

export type PlayerStats = z.output<typeof playerStatsSchema>;
