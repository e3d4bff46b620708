import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { endedHoldSchema } from './credit-movement-schema.ts';

/** An admin releases or captures what is left of a hold. Refused: admin_only, hold_not_found, hold_ended … */
export async function endHoldManually(
  client: StoreClient,
  args: {
    hold_id: string;
    ending: 'release' | 'capture';
    reason: string;
    idempotency_key: string;
    acting_player_id?: string;
    source?: Source;
  },
) {
  return toOutcome(await client.rpc('end_hold_manually', args), endedHoldSchema);
}
