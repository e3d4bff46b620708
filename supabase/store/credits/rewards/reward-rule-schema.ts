import { z } from 'zod';
import { creditTypes } from '#domain/credits/vocabulary.ts';
import { tiers } from '#domain/leaderboard/vocabulary.ts';

/** A version of the rewards of a board. */
export const rewardRuleSchema = z.object({
  id: z.number().int(),
  version: z.number().int(),
  applies_from: z.string(),
  created_by: z.string(),
  created_by_name: z.string(),
  /** Null while it waits for a second person. */
  confirmed_at: z.string().nullable(),
  confirmed_by_name: z.string().nullable(),
  prizes: z.array(
    z.object({
      tier: z.enum(tiers).nullable(),
      place_from: z.number().int(),
      place_to: z.number().int(),
      credit_type: z.enum(creditTypes),
      amount: z.number().int(),
      valid_days: z.number().int().nullable(),
    }),
  ),
});
export type RewardRule = z.output<typeof rewardRuleSchema>;
