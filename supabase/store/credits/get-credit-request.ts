import type { CreditRequest } from '#domain/credits/credit-request.ts';
import { creditRequestSchema } from '#domain/credits/credit-request-schema.ts';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** One request that the caller may see, else null. */
export async function getCreditRequest(
  client: StoreClient,
  args: { request_id: string },
): Promise<CreditRequest | null> {
  return toValue(await client.rpc('get_credit_request', args), creditRequestSchema.nullable());
}
