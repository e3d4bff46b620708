import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { type RequestCard, requestCardSchema } from './request-card-schema.ts';

/** The Discord message that shows a request to the approvers, else null. For the service. */
export async function getRequestCard(
  client: StoreClient,
  args: { request_id: string },
): Promise<RequestCard | null> {
  return toValue(await client.rpc('get_request_card', args), requestCardSchema.nullable());
}
