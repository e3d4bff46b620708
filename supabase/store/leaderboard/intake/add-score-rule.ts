import type { Outcome } from '#domain/platform/refusal.ts';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { addedRuleSchema, type ScoreRule } from './score-rule-schema.ts';

/**
 * Adds a version of a metric's rule, effective now or later; history stays as it is. Once per idempotency
 * key; `replayed` if it was already added. For admins.
 */
export async function addScoreRule(
  client: StoreClient,
  args: {
    metric: string;
    points_per_unit: number;
    daily_cap_points?: number | null;
    effective_from?: string | null;
    time_zone?: string;
    acting_player_id?: string;
    source?: Source;
    idempotency_key?: string;
  },
): Promise<Outcome<ScoreRule & { replayed?: boolean }>> {
  return toOutcome(await client.rpc('add_score_rule', args), addedRuleSchema);
}
