import { z } from 'zod';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** Keeps the encrypted OAuth tokens of a linked player. For the service. Refused: not_linked. */
export async function storeDiscordTokens(
  client: StoreClient,
  args: {
    player_id: string;
    access_token_ciphertext: string;
    refresh_token_ciphertext: string | null;
    key_id: string;
    expires_at: string | null;
    scopes?: string[];
  },
) {
  return toOutcome(await client.rpc('store_discord_tokens', args), z.unknown());
}
