import { z } from 'zod';
import { creditTypes } from '#domain/credits/credit-request.ts';
import { creditBalancesSchema } from './credit-balances-schema.ts';

/** What a command answers that moves credits. */
export const transferAnswerSchema = z.object({
  transfer: z.object({
    id: z.string(),
    kind: z.string(),
    player_id: z.string(),
    credit_type: z.enum(creditTypes),
    amount: z.number().int(),
    reason: z.string().nullable(),
    created_at: z.string(),
  }),
  balances: creditBalancesSchema,
  replayed: z.boolean(),
});
