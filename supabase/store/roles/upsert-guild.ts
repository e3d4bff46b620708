import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { guildSchema, type KnownGuild } from './guild-schema.ts';

/** Creates a server or updates the given fields; null keeps the current value. For the service. */
export async function upsertGuild(
  client: StoreClient,
  args: {
    guild_id: string;
    name: string;
    approvals_channel_id?: string | null;
    announcements_channel_id?: string | null;
    tier_role_ids?: Record<string, string> | null;
    health?: object | null;
  },
): Promise<KnownGuild> {
  return toValue(await client.rpc('upsert_guild', args), guildSchema);
}
