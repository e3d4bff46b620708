import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { transferAnswerSchema } from './transfer-answer-schema.ts';

/** Sets credits aside; the transfer's id is the hold. For the service. Refused: credits_insufficient … */
export async function holdCredits(
  client: StoreClient,
  args: {
    player_id: string;
    credit_type: string;
    amount: number;
    reason: string;
    idempotency_key: string;
    source?: string;
  },
) {
  return toOutcome(await client.rpc('hold_credits', args), transferAnswerSchema);
}
