import { z } from 'zod';
import { tiers } from '#domain/leaderboard/vocabulary.ts';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const memberRole = z.object({
  player_id: z.string(),
  discord_user_id: z.string(),
  confirmed_tier: z.enum(tiers),
});

export type ConfirmedRole = z.output<typeof memberRole>;

/** The members of a server whose tier role is confirmed and still wanted. For managers and the service. */
export async function listConfirmedRoles(
  client: StoreClient,
  args: { guild_id: string },
): Promise<ConfirmedRole[]> {
  const response = await client
    .from('member_roles')
    .select('player_id, discord_user_id, confirmed_tier')
    .eq('guild_id', args.guild_id)
    .eq('state', 'confirmed')
    .not('confirmed_tier', 'is', null)
    .order('discord_user_id');
  return toValue(response, z.array(memberRole));
}
