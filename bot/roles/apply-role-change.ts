import type { RoleCauseCode, RoleResultState } from '#domain/roles/vocabulary.ts';
import type { RoleChange } from '#store/roles/plan-role-changes.ts';
import { recordRoleResult } from '#store/roles/record-role-result.ts';
import type { BotContext } from '../bot-context.ts';
import { callDiscord } from '../transport/call-discord.ts';
import { DiscordError } from '../transport/discord-error.ts';

export interface RoleResult {
  state: RoleResultState;
  cause_code: RoleCauseCode | null;
  cause: string | null;
}

const confirmed: RoleResult = { state: 'confirmed', cause_code: null, cause: null };

/** Discord's refusals as causes that persist until someone acts, each with what to do. */
const refusals: Record<number, RoleResult> = {
  10004: {
    state: 'failed',
    cause_code: 'guild_unknown',
    cause: 'The bot is no longer on this server. Invite it again.',
  },
  10007: {
    state: 'waiting',
    cause_code: 'not_in_server',
    cause: 'The player is not on the Discord server. They get the role when they join.',
  },
  10011: {
    state: 'failed',
    cause_code: 'role_unknown',
    cause: 'The role of this tier was deleted: create it again or map another one.',
  },
  10013: {
    state: 'failed',
    cause_code: 'discord_user_unknown',
    cause: 'The linked Discord account no longer exists. The player has to link another one.',
  },
  50001: {
    state: 'failed',
    cause_code: 'missing_access',
    cause: 'The bot cannot see this server. Invite it again.',
  },
  50013: {
    state: 'failed',
    cause_code: 'missing_permissions',
    cause:
      "The bot is not allowed to assign this role. Grant it Manage Roles and drag its role above the tier's role.",
  },
  60003: {
    state: 'failed',
    cause_code: 'two_factor_required',
    cause: "The server requires two-factor authentication for moderators. The bot's owner has to enable it.",
  },
};

function toRefusal(error: unknown): RoleResult | null {
  if (!(error instanceof DiscordError)) return null;
  const known = refusals[error.code];
  if (known) return known;
  const isFinal = error.status >= 400 && error.status < 500 && ![401, 429].includes(error.status);
  if (!isFinal) return null;
  return { state: 'failed', cause_code: `discord_${error.code}`, cause: `Discord refused: ${error.message}` };
}

async function takeRole(
  { discord }: BotContext,
  { guildId, userId }: { guildId: string; userId: string },
  roleId: string,
  reason: string,
) {
  try {
    await discord.guilds.removeRoleFromMember(guildId, userId, roleId, { reason });
  } catch (error) {
    // A deleted role has no holders.
    if (!(error instanceof DiscordError && error.code === 10011)) throw error;
  }
}

async function changeRoles(context: BotContext, guildId: string, change: RoleChange): Promise<RoleResult> {
  const member = { guildId, userId: change.discord_user_id };
  const reason = change.desired_tier ? `Rank is now ${change.desired_tier}` : 'No longer holds this rank';
  for (const roleId of change.remove_role_ids) await takeRole(context, member, roleId, reason);
  const { guilds } = context.discord;
  if (change.add_role_id) {
    await guilds.addRoleToMember(guildId, change.discord_user_id, change.add_role_id, { reason });
  }
  const { roles: roleIds } = await guilds.getMember(guildId, change.discord_user_id);
  const isRight =
    (!change.add_role_id || roleIds.includes(change.add_role_id)) &&
    !change.remove_role_ids.some((roleId) => roleIds.includes(roleId));
  if (isRight) return confirmed;
  const cause = "Discord accepted the change, but the member's roles differ. The next check repairs it.";
  return { state: 'failed', cause_code: 'not_read_back', cause };
}

/** A user who is not on the server holds no role there, so a step that only removes roles is already done. */
function settle(change: RoleChange, result: RoleResult): RoleResult {
  const isGone = result.cause_code === 'not_in_server' || result.cause_code === 'discord_user_unknown';
  return isGone && change.desired_tier === null ? confirmed : result;
}

/**
 * Changes one member's roles as planned, one role at a time with removals first, reads them back and records
 * the result. Safe to repeat. Refusals are recorded with their cause; rate limits and outages throw, to be
 * retried.
 */
export async function applyRoleChange(
  context: BotContext,
  guild_id: string,
  change: RoleChange,
): Promise<RoleResult> {
  const result = await callDiscord(async () => {
    try {
      return await changeRoles(context, guild_id, change);
    } catch (error) {
      const refusal = toRefusal(error);
      if (!refusal) throw error;
      return settle(change, refusal);
    }
  });
  await recordRoleResult(context.store, {
    guild_id,
    player_id: change.player_id,
    discord_user_id: change.discord_user_id,
    state: result.state,
    confirmed_tier: result.state === 'confirmed' ? change.desired_tier : null,
    cause_code: result.cause_code,
    cause: result.cause,
  });
  return result;
}
