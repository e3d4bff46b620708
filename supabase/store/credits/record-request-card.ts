import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { type RequestCard, requestCardSchema } from './request-card-schema.ts';

/**
 * Stores which message shows a request and returns the one that counts: the first recorded, unless the given
 * one replaces it. For the service.
 */
export async function recordRequestCard(
  client: StoreClient,
  args: { request_id: string; channel_id: string; message_id: string; replaces_message_id?: string },
): Promise<RequestCard> {
  return toValue(await client.rpc('record_request_card', args), requestCardSchema);
}
