import type { BoardHeader } from '#domain/leaderboard/standing.ts';
import { listScoreRules } from '#store/leaderboard/intake/list-score-rules.ts';
import type { StoreClient } from '#store/store-client.ts';

/** What one unit of a metric earns now. */
export interface PointRule {
  metric: string;
  points: number;
  /** Null for no limit. */
  daily_cap_points: number | null;
}

/**
 * What earns points on a board at a given moment, highest first: the rule in force for each of its metrics.
 */
export async function readPointRules(client: StoreClient, nowMs: number): Promise<PointRule[]> {
  const { score_rules } = await listScoreRules(client, { max_rows: 1_000 });
  // By metric, newest first: the first one that has begun is in force.
  const inForce = new Map<string, PointRule>();
  for (const { metric, points_per_unit, daily_cap_points, effective_from } of score_rules) {
    if (inForce.has(metric) || Date.parse(effective_from) > nowMs) continue;
    inForce.set(metric, { metric, points: points_per_unit, daily_cap_points });
  }
  return [...inForce.values()]
    .filter(({ points }) => points > 0)
    .sort((one, other) => other.points - one.points || (one.metric < other.metric ? -1 : 1));
}

/** The metrics that count on a board. */
export const pointRulesOf = ({ metric_names }: BoardHeader, rules: readonly PointRule[]): PointRule[] =>
  rules.filter(({ metric }) => metric_names.includes(metric));
