import type { PlayerRole, Visibility } from '#domain/identity/vocabulary.ts';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { playerRecordSchema } from './player-record-schema.ts';

/** Changes the given fields of a player. Refused: admin_only, last_admin, player_not_found, rate_limited … */
export async function changePlayer(
  client: StoreClient,
  args: {
    player_id: string;
    changes: { role?: PlayerRole; visibility?: Visibility; is_ranked?: boolean };
    reason?: string;
    acting_player_id?: string;
    source?: Source;
  },
) {
  return toOutcome(await client.rpc('change_player', args), playerRecordSchema);
}
