import { z } from 'zod';
import { creditTypes, transferKinds } from '#domain/credits/vocabulary.ts';

/** One movement of one player's credits. */
export const creditTransferSchema = z.object({
  id: z.string(),
  kind: z.enum(transferKinds),
  credit_type: z.enum(creditTypes),
  player_id: z.string(),
  amount: z.number().int(),
  reason: z.string().nullable(),
  reversal_of: z.string().nullable(),
  hold_id: z.string().nullable(),
  request_id: z.string().nullable(),
  /** The admin who moved them; null for the service. */
  actor_id: z.string().nullable(),
  source: z.string().nullable(),
  created_at: z.string(),
});
