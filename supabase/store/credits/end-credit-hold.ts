import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { transferAnswerSchema } from './transfer-answer-schema.ts';

/**
 * Releases a hold to the player or captures it as spent; without `amount` all that is left of it. For the service.
 * Refused: hold_not_found, hold_ended, hold_exceeded.
 */
export async function endCreditHold(
  client: StoreClient,
  args: {
    hold_id: string;
    ending: 'release' | 'capture';
    idempotency_key: string;
    amount?: number;
    source?: string;
  },
) {
  return toOutcome(await client.rpc('end_credit_hold', args), transferAnswerSchema);
}
