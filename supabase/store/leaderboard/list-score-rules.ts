import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import type { ScoreRule } from './add-score-rule.ts';

export const scoreRulesSchema = z.array(
  z.object({
    id: z.number().int(),
    metric: z.string(),
    points_per_unit: z.coerce.number(),
    daily_cap_points: z.number().int().nullable(),
    time_zone: z.string(),
    effective_from: z.string(),
  }),
) satisfies z.ZodType<ScoreRule[]>;

/** Every version of every metric's rule: by metric, newest first. */
export async function listScoreRules(client: StoreClient): Promise<ScoreRule[]> {
  const columns = 'id, metric, points_per_unit, daily_cap_points, time_zone, effective_from';
  const query = client.from('score_rules').select(columns);
  return toValue(await query.order('metric').order('effective_from', { ascending: false }), scoreRulesSchema);
}
