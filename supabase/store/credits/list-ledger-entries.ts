import { z } from 'zod';
import { creditTypes, playerAccountKinds, transferKinds } from '#domain/credits/vocabulary.ts';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const page = z.object({
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

/** Changes of a player's balances, newest first; `before` takes the `next_cursor` of the previous page. */
export async function listLedgerEntries(
  client: StoreClient,
  args: { player_id?: string; credit_type?: string; max_rows?: number; before?: string } = {},
) {
  return toValue(await client.rpc('get_credit_ledger', args), page);
}
