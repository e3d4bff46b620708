import { z } from 'zod';
import { creditTypes, playerAccountKinds, transferKinds } from '#domain/credits/vocabulary.ts';

/** Changes of a player's balances, newest first. */
export const ledgerPageSchema = z.object({
  entries: z.array(
    z.object({
      entry_id: z.number().int(),
      transfer_id: z.string(),
      kind: z.enum(transferKinds),
      credit_type: z.enum(creditTypes),
      account: z.enum(playerAccountKinds),
      amount: z.number().int(),
      balance_before: z.number().int(),
      balance_after: z.number().int(),
      reason: z.string().nullable(),
      request_id: z.string().nullable(),
      reversal_of: z.string().nullable(),
      actor_id: z.string().nullable(),
      created_at: z.string(),
    }),
  ),
  next_cursor: z.string().nullable(),
});
