import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { type DiscordLink, discordLinkSchema } from './discord-link-schema.ts';

const answer = z.object({ link: discordLinkSchema.nullable() });

/**
 * Links the caller with the Discord identity of the account, and gives the link; null when the account has none. Only
 * after the caller consented at Discord: an earlier unlink counts no more.
 */
export async function syncDiscordLink(client: StoreClient): Promise<DiscordLink | null> {
  return toValue(await client.rpc('sync_discord_link'), answer).link;
}
