import { guildPermissions } from '../rules/permissions.ts';
import type { Guild, JsonObject, Member, Role, User } from '../state/records.ts';
import type { World } from '../state/world.ts';

/** A user's public fields. */
export function toUserBody(user: User): JsonObject {
  return {
    id: user.id,
    username: user.username,
    global_name: user.global_name,
    avatar: null,
    // Accounts without the old four digits have "0"; sign-in libraries parse it as an integer.
    discriminator: '0',
    public_flags: 0,
    flags: 0,
    primary_guild: null,
    ...(user.bot ? { bot: true } : {}),
  };
}

/** A user as it sees itself; the e-mail address needs a separate scope. */
export function toOwnUserBody(user: User, withEmail: boolean): JsonObject {
  return {
    ...toUserBody(user),
    banner: null,
    accent_color: null,
    mfa_enabled: false,
    locale: user.locale,
    premium_type: 0,
    verified: true,
    ...(withEmail ? { email: user.email } : {}),
  };
}

export function toRoleBody(role: Role): JsonObject {
  return {
    id: role.id,
    name: role.name,
    permissions: role.permissions,
    position: role.position,
    color: role.color,
    colors: { primary_color: role.color, secondary_color: null, tertiary_color: null },
    hoist: role.hoist,
    managed: role.managed,
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: 0,
    ...(role.bot_id ? { tags: { bot_id: role.bot_id } } : {}),
  };
}

/** A member without its user, as interactions resolve it. */
export function toPartialMemberBody(member: Member): JsonObject {
  return {
    roles: member.roles,
    nick: member.nick,
    avatar: null,
    banner: null,
    joined_at: new Date(member.joined_at_ms).toISOString(),
    premium_since: null,
    pending: false,
    flags: 0,
    communication_disabled_until: null,
  };
}

export function toMemberBody(world: World, member: Member): JsonObject {
  const user = world.users.get(member.user_id);
  if (!user) throw new Error(`Member ${member.id} has no user`);
  return { ...toPartialMemberBody(member), user: toUserBody(user), deaf: false, mute: false };
}

/** A guild as one of its members lists it. */
export function toOwnGuildBody(world: World, guild: Guild, userId: string): JsonObject {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    banner: null,
    owner: guild.owner_id === userId,
    permissions: String(guildPermissions(world, guild.id, userId)),
    features: [],
  };
}

/** Members of a guild ordered by user id. */
export function membersOf(world: World, guildId: string): Member[] {
  return world.members
    .list((member) => member.guild_id === guildId)
    .sort((a, b) => (BigInt(a.user_id) < BigInt(b.user_id) ? -1 : 1));
}

/** The name that others see: nickname, display name, otherwise username. */
export function displayNameOf(user: User, member?: Member): string {
  return member?.nick ?? user.global_name ?? user.username;
}
