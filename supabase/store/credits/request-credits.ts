import { z } from 'zod';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { creditRequestSchema } from './credit-request-schema.ts';

const answer = creditRequestSchema.extend({ replayed: z.boolean() });

/**
 * Opens a request within the policy's limits. The same idempotency key gives the first answer, `replayed`; so does another
 * key when the same wish waits already. Refused: reason_invalid, amount_invalid, amount_above_maximum,
 * pending_limit_reached, period_limit_reached, rate_limited …
 */
export async function requestCredits(
  client: StoreClient,
  args: {
    credit_type: string;
    amount: number;
    reason: string;
    idempotency_key: string;
    acting_player_id?: string;
    source?: string;
  },
) {
  return toOutcome(await client.rpc('request_credits', args), answer);
}
