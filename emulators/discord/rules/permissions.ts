import type { Channel, Role } from '../state/records.ts';
import { compareSnowflakes } from '../state/snowflake.ts';
import type { World } from '../state/world.ts';

export const permissionBits = {
  createInstantInvite: 1n << 0n,
  kickMembers: 1n << 1n,
  administrator: 1n << 3n,
  manageGuild: 1n << 5n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  manageMessages: 1n << 13n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  readMessageHistory: 1n << 16n,
  useApplicationCommands: 1n << 31n,
  manageRoles: 1n << 28n,
} as const;

export type PermissionName = keyof typeof permissionBits;

export function isPermissionName(value: unknown): value is PermissionName {
  return typeof value === 'string' && Object.hasOwn(permissionBits, value);
}

export function sumPermissions(names: readonly PermissionName[]): bigint {
  return names.reduce((bits, name) => bits | permissionBits[name], 0n);
}

const allPermissions = (1n << 53n) - 1n;

/** A member's roles, including `@everyone` (whose id is the guild's). Empty for non-members. */
export function rolesOf(world: World, guildId: string, userId: string): Role[] {
  const member = world.members.get(`${guildId}:${userId}`);
  if (!member) return [];
  return [guildId, ...member.roles].flatMap((id) => world.roles.get(id) ?? []);
}

/** A member's permissions in the whole guild. */
export function guildPermissions(world: World, guildId: string, userId: string): bigint {
  if (world.guilds.get(guildId)?.owner_id === userId) return allPermissions;
  const sum = rolesOf(world, guildId, userId).reduce((bits, role) => bits | BigInt(role.permissions), 0n);
  return (sum & permissionBits.administrator) !== 0n ? allPermissions : sum;
}

/** A member's permissions in one channel: `@everyone` overwrite, then roles, then the member's own. */
export function channelPermissions(world: World, channel: Channel, userId: string): bigint {
  if (channel.guild_id === null) return allPermissions;
  const base = guildPermissions(world, channel.guild_id, userId);
  if (base === allPermissions) return allPermissions;
  const roleIds = new Set(rolesOf(world, channel.guild_id, userId).map((role) => role.id));
  let bits = base;
  const apply = (allow: bigint, deny: bigint): void => {
    bits = (bits & ~deny) | allow;
  };
  const everyone = channel.overwrites.find((overwrite) => overwrite.id === channel.guild_id);
  if (everyone) apply(BigInt(everyone.allow), BigInt(everyone.deny));
  let allow = 0n;
  let deny = 0n;
  for (const overwrite of channel.overwrites) {
    if (overwrite.id === channel.guild_id || !roleIds.has(overwrite.id)) continue;
    allow |= BigInt(overwrite.allow);
    deny |= BigInt(overwrite.deny);
  }
  apply(allow, deny);
  const own = channel.overwrites.find((overwrite) => overwrite.type === 1 && overwrite.id === userId);
  if (own) apply(BigInt(own.allow), BigInt(own.deny));
  return bits;
}

/** Whether a person can see a channel; only its two sides can see a direct conversation. */
export function canView(world: World, channel: Channel, userId: string): boolean {
  if (channel.guild_id === null) {
    return channel.recipient_id === userId || userId === world.credentials.application_id;
  }
  if (!world.members.get(`${channel.guild_id}:${userId}`)) return false;
  return (channelPermissions(world, channel, userId) & permissionBits.viewChannel) !== 0n;
}

/** Compares two roles by rank; positive if `a` is above. With equal positions, the older role is above. */
export function compareRoles(a: Role, b: Role): number {
  return a.position - b.position || compareSnowflakes(b.id, a.id);
}

/** The highest role of a member. */
export function topRole(world: World, guildId: string, userId: string): Role | undefined {
  return rolesOf(world, guildId, userId).sort(compareRoles).at(-1);
}
