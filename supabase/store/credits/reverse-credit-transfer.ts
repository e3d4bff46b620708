import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { transferAnswerSchema } from './transfer-answer-schema.ts';

/** Takes a grant or a spending back as an admin, once. Refused: already_reversed, credits_insufficient … */
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
  return toOutcome(await client.rpc('reverse_credit_transfer', args), transferAnswerSchema);
}
