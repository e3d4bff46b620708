import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const tokens = z.object({
  player_id: z.string(),
  discord_user_id: z.string(),
  access_token_ciphertext: z.string(),
  refresh_token_ciphertext: z.string().nullable(),
  key_id: z.string(),
  expires_at: z.string().nullable(),
  stored_at: z.string(),
});

/** The encrypted OAuth tokens of a player, else null; they outlive the link until revoked. For the service. */
export async function getDiscordTokens(client: StoreClient, args: { player_id: string }) {
  return toValue(await client.rpc('get_discord_tokens', args), tokens.nullable());
}
