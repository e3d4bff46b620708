import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/**
 * Deletes the tokens of a Discord account after they were revoked; returns whether there were any. For the
 * service.
 */
export async function deleteDiscordTokens(
  client: StoreClient,
  args: { discord_user_id: string },
): Promise<boolean> {
  return toValue(await client.rpc('delete_discord_tokens', args), z.boolean());
}
