import { z } from 'zod';
import { creditRequestSchema } from '#domain/credits/credit-request-schema.ts';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = creditRequestSchema.extend({ replayed: z.boolean() });

/**
 * Creates a request within the policy's limits. The same idempotency key returns the first answer as
 * `replayed`, and so does another key for a duplicate of a waiting request. Refused: reason_invalid,
 * amount_invalid, amount_above_maximum, pending_limit_reached, period_limit_reached, rate_limited …
 */
export async function requestCredits(
  client: StoreClient,
  args: {
    credit_type: string;
    amount: number;
    reason: string;
    idempotency_key: string;
    acting_player_id?: string;
    source?: Source;
  },
) {
  return toOutcome(await client.rpc('request_credits', args), answer);
}
