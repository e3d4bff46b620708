import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { scheduledGrantSchema } from './scheduled-grant-schema.ts';

/** Schedules a grant; for admins. Refused: admin_only, own_grant, effective_invalid, expiry_invalid … */
export async function scheduleGrant(
  client: StoreClient,
  args: {
    player_id: string;
    credit_type: string;
    amount: number;
    reason: string;
    effective_at: string;
    expires_at?: string;
    idempotency_key: string;
  },
) {
  return toOutcome(await client.rpc('schedule_grant', args), scheduledGrantSchema);
}
