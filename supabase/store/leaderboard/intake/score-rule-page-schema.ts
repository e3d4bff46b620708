import { z } from 'zod';
import { scoreRuleSchema } from './score-rule-schema.ts';

export const scoreRulePageSchema = z.object({
  score_rules: z.array(scoreRuleSchema),
  next_cursor: z.string().nullable(),
});

export type ScoreRulePage = z.output<typeof scoreRulePageSchema>;
