import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { type RequestSummary, requestSummarySchema } from './request-summary-schema.ts';

/** What waits for a decision, and the message that shows it in a channel. For the service. */
export async function getRequestSummary(
  client: StoreClient,
  args: { channel_id: string },
): Promise<RequestSummary> {
  return toValue(await client.rpc('get_request_summary', args), requestSummarySchema);
}
