import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** How Discord shows an account. */
export interface DiscordFace {
  discord_user_id: string;
  username: string;
  display_name: string | null;
  avatar_url: string | null;
}

/**
 * Requests a check of a linked account that may have changed; returns the event's id, or null. For the service.
 */
export async function reportDiscordUser(client: StoreClient, face: DiscordFace): Promise<string | null> {
  return toValue(await client.rpc('report_discord_user', face), z.string().nullable());
}
