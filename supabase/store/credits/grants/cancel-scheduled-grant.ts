import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { scheduledGrantSchema } from './scheduled-grant-schema.ts';

/** Cancels a grant that is not yet paid; for admins. Refused: scheduled_grant_closed … */
export async function cancelScheduledGrant(client: StoreClient, args: { grant_id: string }) {
  return toOutcome(await client.rpc('cancel_scheduled_grant', args), scheduledGrantSchema);
}
