import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { transferAnswerSchema } from './transfer-answer-schema.ts';

/** Takes credits from a player, soonest-expiring first; for the service. Refused: credits_insufficient … */
export async function spendCredits(
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
  return toOutcome(await client.rpc('spend_credits', args), transferAnswerSchema);
}
