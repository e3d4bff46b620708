import { discordLinkCreated, discordMemberJoined, discordMemberLeft } from '#inngest';
import { findPlayerByDiscord } from '#store/identity/find-player-by-discord.ts';
import { recordRoleResult } from '#store/roles/record-role-result.ts';
import type { BotContext } from '../interactions/command.ts';

/** Whom a run is about. */
export interface RoleSyncScope {
  player_id?: string;
  /** Also those that failed or wait, whenever they were tried last. */
  include_waiting: boolean;
}

export interface RoleSyncTrigger {
  name: string;
  data: unknown;
}

export const hourlyTriggerName = 'inngest/scheduled.timer';

/** Whoever joins or leaves has no roles of ours: Discord took them. */
async function forgetRoles(context: BotContext, data: unknown) {
  const { guild_id, discord_user_id } = discordMemberJoined.schema.parse(data);
  const player = await findPlayerByDiscord(context.store, { discord_user_id });
  if (!player) return null;
  const { player_id } = player;
  await recordRoleResult(context.store, {
    guild_id,
    player_id,
    discord_user_id,
    state: 'waiting',
    confirmed_tier: null,
    cause_code: 'not_in_server',
    cause: 'The player is not in the Discord server: the role comes when they join.',
  });
  return player_id;
}

/**
 * Whom a run is about: one player who linked or joined (tried again at once, whatever happened before), everybody
 * including those who wait (every hour), else everybody whose tier changed. Null = there is nothing to do.
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
