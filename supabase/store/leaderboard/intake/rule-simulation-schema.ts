import { z } from 'zod';
import { standingSchema, tierSchema } from '#domain/leaderboard/standing-schema.ts';

export const ruleSimulationSchema = z.object({
  board: z.string(),
  /** Null until the board's first season is planned, when nobody has played. */
  period_id: z.number().int().nullable(),
  as_of: z.string(),
  /** The simulated top 100; movement is relative to the published board. */
  standings: z.array(standingSchema),
  tier_changes: z.array(
    z.object({
      player_id: z.uuid(),
      display_name: z.string(),
      tier_before: tierSchema.nullable(),
      tier_after: tierSchema.nullable(),
    }),
  ),
});

export type ScoreRuleSimulation = z.output<typeof ruleSimulationSchema>;
