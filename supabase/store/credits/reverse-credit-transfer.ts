import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { adminTransferAnswerSchema } from './transfer-answer-schema.ts';

/**
 * Takes a grant or a spending back as an admin, once. Above the policy's amount `transfer` is null, and `request` waits for
 * a second approver. Refused: already_reversed, own_reversal, credits_insufficient, rate_limited …
 */
export async function reverseCreditTransfer(
  client: StoreClient,
  args: {
    transfer_id: string;
    reason: string;
    idempotency_key: string;
    acting_player_id?: string;
    source?: string;
  },
) {
  return toOutcome(await client.rpc('reverse_credit_transfer', args), adminTransferAnswerSchema);
}
