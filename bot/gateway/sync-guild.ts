import type { SupabaseClient } from '@supabase/supabase-js';
import type { Guild } from 'discord.js';
import { listGuilds } from '#store/discord/list-guilds.ts';
import { upsertGuild } from '#store/discord/upsert-guild.ts';
import { inspectGuild } from './inspect-guild.ts';

/** Writes down what a guild looks like now. Choices that an admin made are kept. */
export async function syncGuild(store: SupabaseClient, guild: Guild): Promise<void> {
  await guild.members.fetchMe();
  const known = (await listGuilds(store)).find(({ id }) => id === guild.id) ?? null;
  await upsertGuild(store, inspectGuild(guild, known));
}
