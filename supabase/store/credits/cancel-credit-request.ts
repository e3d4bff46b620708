import { z } from 'zod';
import { creditRequestSchema } from '#domain/credits/credit-request-schema.ts';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = creditRequestSchema.extend({ replayed: z.boolean() });

/** Withdraws the caller's own open request. Refused: request_not_found, request_already_closed, rate_limited. */
export async function cancelCreditRequest(
  client: StoreClient,
  args: { request_id: string; idempotency_key: string; acting_player_id?: string; source?: Source },
) {
  return toOutcome(await client.rpc('cancel_credit_request', args), answer);
}
