import { z } from 'zod';
import { creditRequestSchema } from '#domain/credits/credit-request-schema.ts';
import type { CreditRequestState } from '#domain/credits/vocabulary.ts';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const page = z.object({ requests: z.array(creditRequestSchema), next_cursor: z.string().nullable() });

/** Requests that the caller may see, newest first; `before` takes the `next_cursor` of the previous page. */
export async function listCreditRequests(
  client: StoreClient,
  args: { state?: CreditRequestState; max_rows?: number; before?: string; player_id?: string } = {},
) {
  return toValue(await client.rpc('list_credit_requests', args), page);
}
