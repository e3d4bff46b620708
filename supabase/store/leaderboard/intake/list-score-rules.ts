import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { scoreRuleSchema } from './add-score-rule.ts';

export const scoreRulePageSchema = z.object({
  score_rules: z.array(scoreRuleSchema),
  next_cursor: z.string().nullable(),
});

export type ScoreRulePage = z.output<typeof scoreRulePageSchema>;

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
