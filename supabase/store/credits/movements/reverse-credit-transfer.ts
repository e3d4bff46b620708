import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { proposedMovementSchema } from './credit-movement-schema.ts';

/**
 * Reverses a grant or a spend, once. Above the policy's amount an admin's reversal is a proposal. Refused:
 * admin_only, own_reversal, transfer_not_found, not_reversible, already_reversed, credits_insufficient …
 */
export async function reverseCreditTransfer(
  client: StoreClient,
  args: {
    transfer_id: string;
    reason: string;
    idempotency_key: string;
    acting_player_id?: string;
    source?: Source;
  },
) {
  return toOutcome(await client.rpc('reverse_credit_transfer', args), proposedMovementSchema);
}
