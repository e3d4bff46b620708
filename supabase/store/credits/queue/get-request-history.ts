import { requestHistorySchema } from '#domain/credits/request-queue-schema.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

/** One request that the caller may see, with everything that happened to it, oldest first; else null. */
export async function getRequestHistory(client: StoreClient, args: { request_id: string }) {
  return toValue(await client.rpc('get_request_history', args), requestHistorySchema.nullable());
}
