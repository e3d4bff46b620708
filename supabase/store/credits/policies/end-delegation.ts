import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { delegationSchema } from './delegation-schema.ts';

/** Ends a delegation at once. Refused: delegation_not_found. */
export async function endDelegation(
  client: StoreClient,
  args: { delegation_id: string; acting_player_id?: string; source?: Source },
) {
  return toOutcome(await client.rpc('end_delegation', args), delegationSchema);
}
