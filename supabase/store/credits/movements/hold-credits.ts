import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { creditMovementSchema } from './credit-movement-schema.ts';

/** Puts credits on hold; the transfer's id is the hold. Refused: credits_insufficient … For the service. */
export async function holdCredits(
  client: StoreClient,
  args: {
    player_id: string;
    credit_type: string;
    amount: number;
    reason: string;
    idempotency_key: string;
    source?: Source;
  },
) {
  return toOutcome(await client.rpc('hold_credits', args), creditMovementSchema);
}
