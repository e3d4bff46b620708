import type { Outcome } from '#domain/platform/refusal.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { ruleSimulationSchema, type ScoreRuleSimulation } from './rule-simulation-schema.ts';

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
