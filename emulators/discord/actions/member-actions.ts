import { intentBits } from '../gateway/intents.ts';
import type { Member, User } from '../state/records.ts';
import type { Sandbox } from '../state/sandbox.ts';
import { toMemberBody, toUserBody } from '../wire/people.ts';

const memberRoleUpdate = 25;
const auditEntriesKept = 1000;

function announceUpdate(sandbox: Sandbox, member: Member): void {
  const { world } = sandbox;
  const body = { ...toMemberBody(world, member), guild_id: member.guild_id };
  world.hub.dispatch({
    name: 'GUILD_MEMBER_UPDATE',
    body,
    intent: intentBits.guildMembers,
    guild_id: member.guild_id,
  });
  world.hub.change({ kind: 'members' });
}

/** Adds or removes one role and writes the audit entry. No-op if nothing would change. */
export function setMemberRole(
  sandbox: Sandbox,
  change: { member: Member; role_id: string; has: boolean; reason: string | null; by_user_id: string },
): void {
  const { world } = sandbox;
  const { member, role_id, has, reason } = change;
  if (member.roles.includes(role_id) === has) return;
  const roles = has ? [...member.roles, role_id] : member.roles.filter((id) => id !== role_id);
  const stored = world.members.put({ ...member, roles });
  const role = world.roles.get(role_id);
  world.auditEntries.put({
    id: world.nextId(),
    guild_id: member.guild_id,
    user_id: change.by_user_id,
    target_id: member.user_id,
    action_type: memberRoleUpdate,
    reason,
    changes: [{ key: has ? '$add' : '$remove', new_value: [{ id: role_id, name: role?.name ?? '' }] }],
  });
  world.auditEntries.trim(auditEntriesKept);
  const name = world.users.get(member.user_id)?.username ?? member.user_id;
  world.hub.note('role', `${name} ${has ? 'got' : 'lost'} the role ${role?.name ?? role_id}`, {
    user_id: member.user_id,
    role_id,
    reason,
  });
  announceUpdate(sandbox, stored);
}

/** Adds a person to a guild. Joining twice changes nothing. */
export function joinGuild(sandbox: Sandbox, guildId: string, user: User): Member {
  const { world } = sandbox;
  const id = `${guildId}:${user.id}`;
  const known = world.members.get(id);
  if (known) return known;
  const joined_at_ms = world.clock.now();
  const member = world.members.put({
    id,
    guild_id: guildId,
    user_id: user.id,
    roles: [],
    nick: null,
    joined_at_ms,
  });
  const body = { ...toMemberBody(world, member), guild_id: guildId };
  world.hub.dispatch({ name: 'GUILD_MEMBER_ADD', body, intent: intentBits.guildMembers, guild_id: guildId });
  world.hub.note('member', `${user.username} joined`, { user_id: user.id, guild_id: guildId });
  world.hub.change({ kind: 'members' });
  return member;
}

/** Removes a person and their roles from a guild. Leaving twice changes nothing. */
export function leaveGuild(sandbox: Sandbox, guildId: string, user: User): void {
  const { world } = sandbox;
  const id = `${guildId}:${user.id}`;
  if (!world.members.get(id)) return;
  world.members.remove(id);
  const body = { guild_id: guildId, user: toUserBody(user) };
  world.hub.dispatch({
    name: 'GUILD_MEMBER_REMOVE',
    body,
    intent: intentBits.guildMembers,
    guild_id: guildId,
  });
  world.hub.note('member', `${user.username} left`, { user_id: user.id, guild_id: guildId });
  world.hub.change({ kind: 'members' });
}
