import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { adminTransferAnswerSchema } from './transfer-answer-schema.ts';

/**
 * Gives a player credits as an admin. `expires_at` null: they never end. Above the policy's amount `transfer` is null, and
 * `request` waits for a second approver. Refused: admin_only, own_grant, amount_invalid, reason_invalid, rate_limited …
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
    source?: string;
  },
) {
  return toOutcome(await client.rpc('grant_credits', args), adminTransferAnswerSchema);
}
