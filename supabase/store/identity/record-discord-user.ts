import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import type { DiscordFace } from './report-discord-user.ts';

/**
 * Stores how Discord shows a linked account now; returns whether the player's profile followed. For the
 * service.
 */
export async function recordDiscordUser(client: StoreClient, face: DiscordFace): Promise<boolean> {
  return toValue(await client.rpc('record_discord_user', face), z.boolean());
}
