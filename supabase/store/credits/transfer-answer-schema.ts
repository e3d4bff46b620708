import { z } from 'zod';
import { creditTypes } from '#domain/credits/credit-request.ts';
import { creditBalancesSchema } from './credit-balances-schema.ts';
import { creditRequestSchema } from './credit-request-schema.ts';

const transferSchema = z.object({
  id: z.string(),
  kind: z.string(),
  player_id: z.string(),
  credit_type: z.enum(creditTypes),
  amount: z.number().int(),
  reason: z.string().nullable(),
  created_at: z.string(),
});

/** What a command answers that moves credits. */
export const transferAnswerSchema = z.object({
  transfer: transferSchema,
  balances: creditBalancesSchema,
  replayed: z.boolean(),
});

/** What a command of an admin answers: credits moved, or the proposal that waits for a second approver. */
export const adminTransferAnswerSchema = z.object({
  transfer: transferSchema.nullable(),
  request: creditRequestSchema.nullable(),
  balances: creditBalancesSchema,
  replayed: z.boolean(),
});
