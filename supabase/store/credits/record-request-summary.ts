import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/**
 * Stores which message sums up the requests in a channel and returns the one that counts: the first recorded,
 * unless the given one replaces it. For the service.
 */
export async function recordRequestSummary(
  client: StoreClient,
  args: { channel_id: string; message_id: string; replaces_message_id?: string },
): Promise<string> {
  return toValue(await client.rpc('record_request_summary', args), z.string());
}
