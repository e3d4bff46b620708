import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { proposedMovementSchema } from './credit-movement-schema.ts';

/**
 * Grants credits to a player. Above the policy's amount an admin's grant is a proposal, and that of an API key
 * without `acting_player_id` is refused. Refused: admin_only, own_grant, second_approval_needed …
 */
export async function grantCredits(
  client: StoreClient,
  args: {
    player_id: string;
    credit_type: string;
    amount: number;
    reason: string;
    idempotency_key: string;
    expires_at?: string | null;
    acting_player_id?: string;
    source?: Source;
  },
) {
  const { expires_at: expiresAt, ...rest } = args;
  const sent = { ...rest, ...(expiresAt ? { expires_at: expiresAt } : {}) };
  return toOutcome(await client.rpc('grant_credits', sent), proposedMovementSchema);
}
