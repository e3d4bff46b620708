import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { type DiscordLink, discordLinkSchema } from './discord-link-schema.ts';

const answer = z.object({ link: discordLinkSchema.nullable() });

/**
 * Links the caller to the account's Discord identity and returns the link; null if the account has none. Call
 * it only after consent at Discord, because it overrides an earlier unlink.
 */
export async function syncDiscordLink(client: StoreClient): Promise<DiscordLink | null> {
  return toValue(await client.rpc('sync_discord_link'), answer).link;
}
