import type { HoldEnding } from '#domain/credits/vocabulary.ts';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { endedHoldSchema } from './credit-movement-schema.ts';

/**
 * Releases a hold to the player or captures it as spent, wholly or in part; what is left stays on hold.
 * Refused: hold_not_found, hold_ended, hold_exceeded. For the service.
 */
export async function endCreditHold(
  client: StoreClient,
  args: {
    hold_id: string;
    ending: HoldEnding;
    idempotency_key: string;
    amount?: number;
    source?: Source;
  },
) {
  return toOutcome(await client.rpc('end_credit_hold', args), endedHoldSchema);
}
