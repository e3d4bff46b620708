import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/**
 * Stores the response to a request under its Idempotency-Key for a day; the first one stays. For the service.
 */
export async function keepApiAnswer(
  client: StoreClient,
  args: { api_key_id: string; idempotency_key: string; status: number; body: object },
): Promise<void> {
  toValue(await client.rpc('keep_api_answer', args), z.unknown());
}
