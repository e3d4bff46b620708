import { setMemberRole } from '../actions/member-actions.ts';
import { memberRoleBucket } from '../http/rate-limits.ts';
import type { Answer, Call, Route } from '../http/route.ts';
import { compareRoles, topRole } from '../rules/permissions.ts';
import { missingPermissions, unknownRole } from '../rules/rest-error.ts';
import { botOf, findGuild, findMember, requireGuildPermission } from './find.ts';

/**
 * Discord's rules for assigning roles: Manage Roles, strictly below the bot's highest role, not managed by an
 * integration. The rank of the recipient does not matter.
 */
function setRole(call: Call, has: boolean): Answer {
  const { world } = call.sandbox;
  const guild = findGuild(call);
  const bot = botOf(call);
  const member = findMember(call, guild);
  const role = world.roles.get(call.param('role_id'));
  // Every member has @everyone, whose id is the guild's; it cannot be assigned.
  if (!role || role.guild_id !== guild.id || role.id === guild.id) throw unknownRole();
  requireGuildPermission(world, guild.id, bot.id, 'manageRoles');
  const own = topRole(world, guild.id, bot.id);
  const isBelow = guild.owner_id === bot.id || (own !== undefined && compareRoles(own, role) > 0);
  if (!isBelow || role.managed) throw missingPermissions();
  setMemberRole(call.sandbox, { member, role_id: role.id, has, reason: call.reason, by_user_id: bot.id });
  return { status: 204 };
}

const path = '/guilds/{guild_id}/members/{user_id}/roles/{role_id}';

/** Adding and removing single roles. */
export const memberRoleRoutes: readonly Route[] = [
  { method: 'PUT', path, auth: 'bot', bucket: memberRoleBucket, handle: (call) => setRole(call, true) },
  { method: 'DELETE', path, auth: 'bot', bucket: memberRoleBucket, handle: (call) => setRole(call, false) },
];
