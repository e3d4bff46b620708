import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { guildSchema, type KnownGuild } from './guild-schema.ts';

/** All Discord servers the bot serves, oldest first. For managers and the service. */
export async function listGuilds(client: StoreClient): Promise<KnownGuild[]> {
  return toValue(await client.from('guilds').select().order('created_at').order('id'), z.array(guildSchema));
}
