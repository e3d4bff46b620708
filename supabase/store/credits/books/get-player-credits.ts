import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { playerCreditsSchema } from './player-credits-schema.ts';

/** A player's balances and what expires; null if there is no such player. */
export async function getPlayerCredits(client: StoreClient, args: { player_id: string }) {
  return toValue(await client.rpc('get_player_credits', args), playerCreditsSchema.nullable());
}
