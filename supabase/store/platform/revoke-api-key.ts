import { z } from 'zod';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** Ends an API key at once; the value is false when it was not valid any more. For the service. */
export async function revokeApiKey(
  client: StoreClient,
  args: { api_key_id: string; acting_player_id?: string },
) {
  return toOutcome(await client.rpc('revoke_api_key', args), z.boolean());
}
