import { z } from 'zod';
import { creditTypes, rewardOutcomes } from '#domain/credits/vocabulary.ts';

/** Who gets a reward, or would. The names of erased players are gone. */
export const rewardWinnerSchema = z.object({
  player_id: z.string(),
  username: z.string().nullable(),
  display_name: z.string().nullable(),
  position: z.number().int(),
  credit_type: z.enum(creditTypes),
  amount: z.number().int(),
  outcome: z.enum(rewardOutcomes),
});
export type RewardWinner = z.output<typeof rewardWinnerSchema>;

/** What a winner of a past period got. */
export const rewardPayoutSchema = rewardWinnerSchema.extend({
  board_name: z.string(),
  period_id: z.number().int(),
  period_name: z.string().nullable(),
  period_starts_at: z.string(),
  transfer_id: z.string().nullable(),
  decided_at: z.string(),
});
export type RewardPayout = z.output<typeof rewardPayoutSchema>;
