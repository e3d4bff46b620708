import { z } from 'zod';
import type { Outcome } from '#domain/platform/refusal.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { standingSchema, tierSchema } from '../reads/standing-schema.ts';

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

/** The board as if this rule had applied to the whole current period. Changes nothing; for managers. */
export async function simulateScoreRule(
  client: StoreClient,
  args: {
    board: string;
    metric: string;
    points_per_unit: number;
    daily_cap_points?: number | null;
    time_zone?: string;
  },
): Promise<Outcome<ScoreRuleSimulation>> {
  return toOutcome(await client.rpc('simulate_score_rule', args), ruleSimulationSchema);
}
