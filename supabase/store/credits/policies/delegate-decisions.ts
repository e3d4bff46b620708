import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { delegationSchema } from './delegation-schema.ts';

/**
 * Names the player who decides in place of the caller or, by an admin, of another manager. Refused:
 * manager_only, delegate_invalid, delegation_dates_invalid …
 */
export async function delegateDecisions(
  client: StoreClient,
  args: {
    delegate_id: string;
    starts_at: string;
    ends_at: string;
    manager_id?: string;
    acting_player_id?: string;
    source?: Source;
  },
) {
  return toOutcome(await client.rpc('delegate_decisions', args), delegationSchema);
}
