import { z } from 'zod';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = z.object({ status: z.number().int(), body: z.record(z.string(), z.unknown()) });

/**
 * The first response to an API key's Idempotency-Key; null = serve the request and store its response.
 * Refused: idempotency_key_reused, if it was a different request. For the service.
 */
export async function recallApiAnswer(
  client: StoreClient,
  args: { api_key_id: string; idempotency_key: string; request_hash: string },
) {
  return toOutcome(await client.rpc('recall_api_answer', args), answer.nullable());
}
