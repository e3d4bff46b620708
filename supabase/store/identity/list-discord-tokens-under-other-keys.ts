import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { type DiscordTokens, discordTokensSchema } from './discord-tokens-schema.ts';

/** Tokens sealed to a key other than this one, in batches. For the service. */
export async function listDiscordTokensUnderOtherKeys(
  client: StoreClient,
  args: { key_id: string; max_rows?: number },
): Promise<DiscordTokens[]> {
  return toValue(
    await client.rpc('list_discord_tokens_under_other_keys', args),
    z.array(discordTokensSchema),
  );
}
