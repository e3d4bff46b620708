import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** Forgets the tokens of a Discord account after they were revoked; those of a newer link stay. For the service. */
export async function deleteDiscordTokens(
  client: StoreClient,
  args: { player_id: string; discord_user_id: string },
): Promise<void> {
  toValue(await client.rpc('delete_discord_tokens', args), z.unknown());
}
