import { z } from 'zod';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = z.object({ status: z.number().int(), body: z.record(z.string(), z.unknown()) });

/**
 * The first answer that an API key got under an Idempotency-Key; null = the request is to be served, and its answer
 * kept. Refused: idempotency_key_reused, when it was another request. For the service.
 */
export async function recallApiAnswer(
  client: StoreClient,
  args: { api_key_id: string; idempotency_key: string; request_hash: string },
) {
  return toOutcome(await client.rpc('recall_api_answer', args), answer.nullable());
}
