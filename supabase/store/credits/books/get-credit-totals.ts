import { z } from 'zod';
import { creditTypes } from '#domain/credits/vocabulary.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

const totals = z.record(
  z.enum(creditTypes),
  z.object({
    issued: z.number().int(),
    spent: z.number().int(),
    expired: z.number().int(),
    available: z.number().int(),
    held: z.number().int(),
    account_count: z.number().int(),
  }),
);

/** Where all credits are, by type; for managers. */
export async function getCreditTotals(client: StoreClient) {
  return toValue(await client.rpc('get_credit_totals'), totals);
}
