import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

export const guildSchema = z.object({
  id: z.string(),
  name: z.string(),
  approvals_channel_id: z.string().nullable(),
  announcements_channel_id: z.string().nullable(),
  tier_role_ids: z.record(z.string(), z.string()),
  health: z.record(z.string(), z.unknown()),
  health_checked_at: z.string().nullable(),
  created_at: z.string(),
});

export type KnownGuild = z.output<typeof guildSchema>;

/** All Discord servers the bot serves, oldest first. For managers and the service. */
export async function listGuilds(client: StoreClient): Promise<KnownGuild[]> {
  return toValue(await client.from('guilds').select().order('created_at').order('id'), z.array(guildSchema));
}
