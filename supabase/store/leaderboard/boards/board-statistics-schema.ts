import { z } from 'zod';
import { tierSchema } from '#domain/leaderboard/standing-schema.ts';

const score = z.number().int().nullable();

export const boardStatisticsSchema = z.object({
  board: z.string(),
  /** Null until the board's first season is planned. */
  period_id: z.number().int().nullable(),
  version: z.number().int(),
  as_of: z.string(),
  player_count: z.number().int(),
  score_total: z.number(),
  score_mean: z.number().nullable(),
  score_max: score,
  score_min: score,
  /** `p90`: the score that 90 % of players do not exceed. Null on an empty board. */
  percentiles: z.record(z.string(), score).nullable(),
  /** The score of the last player in each tier; null while the tier is not full. */
  thresholds: z.record(tierSchema, score),
});

export type BoardStatistics = z.output<typeof boardStatisticsSchema>;
