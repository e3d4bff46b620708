import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { transferAnswerSchema } from './transfer-answer-schema.ts';

/** Gives a player credits as an admin. `expires_at` null: they never end. Refused: admin_only, amount_invalid … */
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
  return toOutcome(await client.rpc('grant_credits', args), transferAnswerSchema);
}
