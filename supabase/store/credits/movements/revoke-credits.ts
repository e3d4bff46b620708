import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { creditMovementSchema } from './credit-movement-schema.ts';

/**
 * Takes available credits back from a player, soonest-expiring first; for admins. Refused: admin_only,
 * own_revoke, second_approval_needed, credits_insufficient …
 */
export async function revokeCredits(
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
  return toOutcome(await client.rpc('revoke_credits', args), creditMovementSchema);
}
