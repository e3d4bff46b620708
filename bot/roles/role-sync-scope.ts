import { describeRoleCause } from '#domain/roles/describe-role-cause.ts';
import { discordLinkCreated, discordMemberJoined, discordMemberLeft } from '#inngest';
import { findPlayerByDiscord } from '#store/identity/find-player-by-discord.ts';
import { recordRoleResult } from '#store/roles/record-role-result.ts';
import type { BotContext } from '../bot-context.ts';

/** The players that a run covers. */
export interface RoleSyncScope {
  player_id?: string;
  /** Also failed and waiting members, whenever they were last tried. */
  include_waiting: boolean;
}

export interface RoleSyncTrigger {
  name: string;
  data: unknown;
}

export const hourlyTriggerName = 'inngest/scheduled.timer';

/** Members who join or leave have none of our roles, because Discord removes them. */
async function forgetRoles(context: BotContext, data: unknown) {
  const { guild_id, discord_user_id } = discordMemberJoined.schema.parse(data);
  const player = await findPlayerByDiscord(context.store, { discord_user_id });
  if (!player) return null;
  const { player_id } = player;
  await recordRoleResult(context.store, {
    guild_id,
    player_id,
    discord_user_id,
    confirmed_tier: null,
    ...describeRoleCause('not_in_server'),
  });
  return player_id;
}

/**
 * The players that a run covers: one player who linked or joined (retried at once, whatever happened before),
 * every member including those who wait (hourly), otherwise everyone whose tier changed. Null = nothing to
 * do.
 */
export async function resolveRoleSyncScope(
  context: BotContext,
  { name, data }: RoleSyncTrigger,
): Promise<RoleSyncScope | null> {
  switch (name) {
    case discordMemberLeft.name:
      await forgetRoles(context, data);
      return null;
    case discordMemberJoined.name: {
      const player_id = await forgetRoles(context, data);
      return player_id ? { player_id, include_waiting: true } : null;
    }
    case discordLinkCreated.name:
      return { player_id: discordLinkCreated.schema.parse(data).player_id, include_waiting: true };
    default:
      return { include_waiting: name === hourlyTriggerName };
  }
}
