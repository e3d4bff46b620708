import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { creditMovementSchema } from './credit-movement-schema.ts';

/** An admin puts credits on hold; the transfer's id is the hold. Refused: admin_only, credits_insufficient … */
export async function holdCreditsManually(
  client: StoreClient,
  args: {
    player_id: string;
    credit_type: string;
    amount: number;
    reason: string;
    idempotency_key: string;
    acting_player_id?: string;
    source?: Source;
  },
) {
  return toOutcome(await client.rpc('hold_credits_manually', args), creditMovementSchema);
}
