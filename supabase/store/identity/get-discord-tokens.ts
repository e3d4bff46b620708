import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { discordTokensSchema } from './discord-tokens-schema.ts';

const held = discordTokensSchema.extend({ is_linked: z.boolean() });

/** The sealed tokens of a Discord account, else null; they outlive the link until revoked. For the service. */
export async function getDiscordTokens(client: StoreClient, args: { discord_user_id: string }) {
  return toValue(await client.rpc('get_discord_tokens', args), held.nullable());
}
