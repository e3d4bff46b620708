import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** Replaces the tokens read as `revision`; false if they changed since. For the service. */
export async function replaceDiscordTokens(
  client: StoreClient,
  args: {
    discord_user_id: string;
    revision: string;
    sealed_access_token: string;
    sealed_refresh_token: string | null;
    key_id: string;
    expires_at: string;
  },
): Promise<boolean> {
  return toValue(await client.rpc('replace_discord_tokens', args), z.boolean());
}
