import { z } from 'zod';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { discordLinkSchema } from './discord-link-schema.ts';

const answer = z.object({ link: discordLinkSchema.nullable() });

/**
 * Makes the caller's link equal to the Discord identity of the account; call it after signing in, linking and
 * unlinking. Refused: discord_account_taken.
 */
export async function syncDiscordLink(client: StoreClient) {
  return toOutcome(await client.rpc('sync_discord_link'), answer);
}
