import { describeRoleCause } from '#domain/roles/describe-role-cause.ts';
import { type ConfirmedRole, listConfirmedRoles } from '#store/roles/list-confirmed-roles.ts';
import { listGuilds } from '#store/roles/list-guilds.ts';
import { recordRoleResult } from '#store/roles/record-role-result.ts';
import type { BotContext } from '../bot-context.ts';
import { callDiscord } from '../transport/call-discord.ts';
import { DiscordError } from '../transport/discord-error.ts';

const unknownMemberCode = 10007;

async function findDrift(context: BotContext, guild_id: string, member: ConfirmedRole, roleId: string) {
  try {
    const { roles } = await context.discord.guilds.getMember(guild_id, member.discord_user_id);
    return roles.includes(roleId) ? null : describeRoleCause('role_taken');
  } catch (error) {
    if (!(error instanceof DiscordError && error.code === unknownMemberCode)) throw error;
    return describeRoleCause('not_in_server');
  }
}

/** The guilds with their confirmed members, in batches that fit into one step. */
export async function listAuditPortions(context: BotContext, portionSize: number) {
  const portions: { guild_id: string; members: ConfirmedRole[] }[] = [];
  for (const { id: guild_id } of await listGuilds(context.store)) {
    const members = await listConfirmedRoles(context.store, { guild_id });
    for (let start = 0; start < members.length; start += portionSize) {
      portions.push({ guild_id, members: members.slice(start, start + portionSize) });
    }
  }
  return portions;
}

/**
 * Compares the confirmed roles with Discord. Records each difference with its cause, so the next plan repairs
 * it. Returns the number of differences.
 */
export async function auditMemberRoles(
  context: BotContext,
  { guild_id, members }: { guild_id: string; members: ConfirmedRole[] },
): Promise<number> {
  const guild = (await listGuilds(context.store)).find(({ id }) => id === guild_id);
  let driftCount = 0;
  for (const member of members) {
    const roleId = guild?.tier_role_ids[member.confirmed_tier];
    if (!roleId) continue;
    const drift = await callDiscord(() => findDrift(context, guild_id, member, roleId));
    if (!drift) continue;
    driftCount += 1;
    const { player_id, discord_user_id } = member;
    await recordRoleResult(context.store, {
      guild_id,
      player_id,
      discord_user_id,
      confirmed_tier: null,
      ...drift,
    });
  }
  return driftCount;
}
