import { creditRequestSchema } from '#domain/credits/credit-request-schema.ts';
import type { RequesterNotice } from '#domain/credits/vocabulary.ts';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/**
 * Records whether the direct message about the outcome arrived; returns the request, or null if there is
 * none. For the service.
 */
export async function recordRequestNotice(
  client: StoreClient,
  args: { request_id: string; notice: RequesterNotice },
) {
  return toValue(await client.rpc('record_request_notice', args), creditRequestSchema.nullable());
}
