import type { Guild } from 'discord.js';
import { listGuilds } from '#store/roles/list-guilds.ts';
import { requestRoleSync } from '#store/roles/request-role-sync.ts';
import { upsertGuild } from '#store/roles/upsert-guild.ts';
import type { StoreClient } from '#store/store-client.ts';
import { inspectGuild } from './inspect-guild.ts';

function isSameMapping(before: Record<string, string>, after: Record<string, string>): boolean {
  const tiers = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...tiers].every((tier) => before[tier] === after[tier]);
}

/**
 * Stores what a guild looks like now and keeps what an admin configured. Requests a role sync when this
 * process sees the guild for the first time, or when the tier roles changed.
 */
export async function syncGuild(store: StoreClient, guild: Guild, isFirst: boolean): Promise<void> {
  await guild.members.fetchMe();
  const known = (await listGuilds(store)).find(({ id }) => id === guild.id) ?? null;
  const inspected = inspectGuild(guild, known);
  await upsertGuild(store, inspected);
  if (isFirst || !known || !isSameMapping(known.tier_role_ids, inspected.tier_role_ids)) {
    await requestRoleSync(store, { guild_id: guild.id });
  }
}
