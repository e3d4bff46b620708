import { z } from 'zod';
import { playerRoles, visibilities } from '#domain/identity/vocabulary.ts';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const linkedPlayer = z.object({
  player_id: z.string(),
  username: z.string(),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
  role: z.enum(playerRoles),
  visibility: z.enum(visibilities),
  locale: z.string(),
  time_zone: z.string(),
  left_at: z.string().nullable(),
  linked_at: z.string(),
});

export type LinkedPlayer = z.output<typeof linkedPlayer>;

/** The player linked to a Discord account at this moment, else null. For the service. */
export async function findPlayerByDiscord(
  client: StoreClient,
  args: { discord_user_id: string },
): Promise<LinkedPlayer | null> {
  return toValue(await client.rpc('find_player_by_discord', args), linkedPlayer.nullable());
}
