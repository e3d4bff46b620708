import { type Guild, PermissionFlagsBits, type Role } from 'discord.js';
import { tierMarks } from '#domain/leaderboard/tier-marks.ts';

/** Something an admin has to fix in Discord, and how. */
export interface GuildProblem {
  code:
    | 'cannot_manage_roles'
    | 'role_too_high'
    | 'role_managed'
    | 'role_missing'
    | 'channel_missing'
    | 'channel_closed';
  subject: string;
  action: string;
}

export interface GuildInspection {
  guild_id: string;
  name: string;
  approvals_channel_id: string | null;
  announcements_channel_id: string | null;
  tier_role_ids: Record<string, string>;
  health: { is_healthy: boolean; problems: GuildProblem[] };
}

/** The stored configuration; it takes precedence over roles and channels found by name. */
export interface KnownGuild {
  approvals_channel_id: string | null;
  announcements_channel_id: string | null;
  tier_role_ids: Record<string, string>;
}

const roleNames: Record<string, string> = Object.fromEntries(
  Object.entries(tierMarks).map(([tier, { name }]) => [tier, name]),
);
const channelNames = { approvals: 'approvals', announcements: 'leaderboard' };

function findTierRoles(guild: Guild): Record<string, string> {
  return Object.fromEntries(
    Object.entries(roleNames).flatMap(([tier, name]) => {
      const role = guild.roles.cache.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
      return role ? [[tier, role.id]] : [];
    }),
  );
}

function inspectRole(tier: string, role: Role | undefined, botTopRole: Role | undefined): GuildProblem[] {
  if (!role) {
    const action = `Create a role named "${roleNames[tier] ?? tier}" below the bot's role, or map another one in Admin → Roles.`;
    return [{ code: 'role_missing', subject: tier, action }];
  }
  if (role.managed) {
    const action = `"${role.name}" is managed by an integration, so a bot cannot assign it. Map another role.`;
    return [{ code: 'role_managed', subject: role.name, action }];
  }
  if (!botTopRole || role.comparePositionTo(botTopRole) >= 0) {
    const action = `In Server settings → Roles, drag the bot's role above "${role.name}".`;
    return [{ code: 'role_too_high', subject: role.name, action }];
  }
  return [];
}

function inspectChannel(guild: Guild, channelId: string | null): GuildProblem[] {
  const channel = channelId ? guild.channels.cache.get(channelId) : undefined;
  if (!channel) {
    const action = `Create a channel #${channelNames.approvals} that the bot can see, or choose one in Admin → Discord.`;
    return [{ code: 'channel_missing', subject: channelNames.approvals, action }];
  }
  const permissions = guild.members.me && channel.permissionsFor(guild.members.me);
  const needed = PermissionFlagsBits.ViewChannel | PermissionFlagsBits.SendMessages;
  if (permissions?.has(needed)) return [];
  const action = `Let the bot view #${channel.name} and send messages there.`;
  return [{ code: 'channel_closed', subject: channel.name, action }];
}

/** Inspects a guild as the gateway shows it: which roles and channels we use, and what is wrong with them. */
export function inspectGuild(guild: Guild, known: KnownGuild | null): GuildInspection {
  const me = guild.members.me;
  const hasMapping = Object.keys(known?.tier_role_ids ?? {}).length > 0;
  const tier_role_ids = hasMapping && known ? known.tier_role_ids : findTierRoles(guild);
  const findChannel = (name: string) =>
    guild.channels.cache.find((channel) => channel.name === name && channel.isTextBased())?.id ?? null;
  const approvals_channel_id = known?.approvals_channel_id ?? findChannel(channelNames.approvals);
  const announcements_channel_id = known?.announcements_channel_id ?? findChannel(channelNames.announcements);

  const problems = Object.keys(roleNames).flatMap((tier) =>
    inspectRole(tier, guild.roles.cache.get(tier_role_ids[tier] ?? ''), me?.roles.highest),
  );
  if (!me?.permissions.has(PermissionFlagsBits.ManageRoles)) {
    const action = 'In Server settings → Roles, give the bot\'s role the permission "Manage Roles".';
    problems.unshift({ code: 'cannot_manage_roles', subject: guild.name, action });
  }
  problems.push(...inspectChannel(guild, approvals_channel_id));
  return {
    guild_id: guild.id,
    name: guild.name,
    approvals_channel_id,
    announcements_channel_id,
    tier_role_ids,
    health: { is_healthy: problems.length === 0, problems },
  };
}
