import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { type ScoreRulePage, scoreRulePageSchema } from './score-rule-page-schema.ts';

/**
 * Versions of all rules, or of one metric's: by metric, newest first. `cursor` takes the `next_cursor` of the
 * previous page. Refused: invalid_limit, invalid_cursor.
 */
export async function listScoreRules(
  client: StoreClient,
  args: { metric?: string; max_rows?: number; cursor?: string } = {},
): Promise<ScoreRulePage> {
  return toValue(await client.rpc('list_score_rules', args), scoreRulePageSchema);
}
