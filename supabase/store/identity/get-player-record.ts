import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { playerRecordSchema } from './player-record-schema.ts';

/** Everything about a player, for managers; null if nobody has this username. Refused: manager_only. */
export async function getPlayerRecord(client: StoreClient, args: { username: string }) {
  return toValue(await client.rpc('get_player_record', args), playerRecordSchema.nullable());
}
