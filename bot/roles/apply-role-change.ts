import { describeRoleCause, type RoleCause } from '#domain/roles/describe-role-cause.ts';
import type { RoleChange } from '#store/roles/plan-role-changes.ts';
import { recordRoleResult } from '#store/roles/record-role-result.ts';
import type { BotContext } from '../bot-context.ts';
import { callDiscord } from '../transport/call-discord.ts';
import { DiscordError } from '../transport/discord-error.ts';

export type RoleResult = RoleCause | { state: 'confirmed'; cause_code: null; cause: null };

const confirmed: RoleResult = { state: 'confirmed', cause_code: null, cause: null };

/** Discord's refusals that persist until someone acts, by their code. */
const refusals: Record<number, RoleCause> = {
  10004: describeRoleCause('guild_unknown'),
  10007: describeRoleCause('not_in_server'),
  10011: describeRoleCause('role_unknown'),
  10013: describeRoleCause('discord_user_unknown'),
  50001: describeRoleCause('missing_access'),
  50013: describeRoleCause('missing_permissions'),
  60003: describeRoleCause('two_factor_required'),
};

function toRefusal(error: unknown): RoleCause | null {
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
  return isRight ? confirmed : describeRoleCause('not_read_back');
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
