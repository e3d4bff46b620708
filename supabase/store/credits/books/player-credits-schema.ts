import { z } from 'zod';
import { creditBalancesSchema } from '#domain/credits/credit-balances-schema.ts';
import { creditTypes } from '#domain/credits/vocabulary.ts';

/** What a player has, and what of it expires when. */
export const playerCreditsSchema = z.object({
  player_id: z.string(),
  balances: creditBalancesSchema,
  /** Soonest first. */
  expiring: z.array(
    z.object({ credit_type: z.enum(creditTypes), amount: z.number().int(), expires_at: z.string() }),
  ),
});
