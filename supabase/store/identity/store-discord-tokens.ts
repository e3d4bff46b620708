import { z } from 'zod';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** Stores the sealed OAuth tokens of a linked Discord account. For the service. Refused: not_linked. */
export async function storeDiscordTokens(
  client: StoreClient,
  args: {
    player_id: string;
    discord_user_id: string;
    sealed_access_token: string;
    sealed_refresh_token: string | null;
    key_id: string;
    expires_at: string;
    scopes?: string[];
  },
) {
  return toOutcome(await client.rpc('store_discord_tokens', args), z.unknown());
}
