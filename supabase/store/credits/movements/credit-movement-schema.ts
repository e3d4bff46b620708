import { z } from 'zod';
import { creditBalancesSchema } from '#domain/credits/credit-balances-schema.ts';
import { creditRequestSchema } from '#domain/credits/credit-request-schema.ts';
import { creditTransferSchema } from './credit-transfer-schema.ts';

/** Credits that moved, and what the player has now. */
export const creditMovementSchema = z.object({
  transfer: creditTransferSchema,
  balances: creditBalancesSchema,
  replayed: z.boolean().optional(),
});

/** The end of a hold, or of a part of it; `open_amount` stays on hold. */
export const endedHoldSchema = creditMovementSchema.extend({ open_amount: z.number().int() });

/** Credits that moved, or the proposal that waits for a second approver. */
export const proposedMovementSchema = creditMovementSchema.extend({
  transfer: creditTransferSchema.nullable(),
  request: creditRequestSchema.omit({ discord_user_id: true }).nullable(),
});
