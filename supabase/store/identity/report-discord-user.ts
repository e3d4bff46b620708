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

/** Has a linked account looked at that seems to look different now; the event's id, else null. For the service. */
export async function reportDiscordUser(client: StoreClient, face: DiscordFace): Promise<string | null> {
  return toValue(await client.rpc('report_discord_user', face), z.string().nullable());
}
