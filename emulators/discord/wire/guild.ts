import type { Channel, Guild, JsonObject } from '../state/records.ts';
import type { World } from '../state/world.ts';
import { toMemberBody, toRoleBody, toUserBody } from './people.ts';

/** A channel; a conversation names the other side. */
export function toChannelBody(world: World, channel: Channel): JsonObject {
  if (channel.type === 1) {
    const recipient = world.users.get(channel.recipient_id ?? '');
    return {
      id: channel.id,
      type: 1,
      flags: 0,
      last_message_id: channel.last_message_id,
      recipients: recipient ? [toUserBody(recipient)] : [],
    };
  }
  return {
    id: channel.id,
    type: 0,
    guild_id: channel.guild_id,
    name: channel.name,
    topic: channel.topic,
    position: channel.position,
    permission_overwrites: channel.overwrites,
    parent_id: null,
    nsfw: false,
    rate_limit_per_user: 0,
    last_message_id: channel.last_message_id,
    flags: 0,
  };
}

/** Channels of a guild in the order of the channel list. */
export function channelsOf(world: World, guildId: string): Channel[] {
  return world.channels
    .list((channel) => channel.guild_id === guildId)
    .sort((a, b) => a.position - b.position);
}

const fixedGuildFields = {
  icon: null,
  description: null,
  home_header: null,
  splash: null,
  discovery_splash: null,
  features: [],
  banner: null,
  application_id: null,
  region: 'deprecated',
  afk_channel_id: null,
  afk_timeout: 300,
  system_channel_id: null,
  system_channel_flags: 0,
  widget_enabled: false,
  widget_channel_id: null,
  verification_level: 0,
  default_message_notifications: 1,
  mfa_level: 0,
  explicit_content_filter: 0,
  max_presences: null,
  max_members: 25_000_000,
  max_stage_video_channel_users: 50,
  max_video_channel_users: 25,
  vanity_url_code: null,
  premium_tier: 0,
  premium_subscription_count: 0,
  preferred_locale: 'en-US',
  rules_channel_id: null,
  safety_alerts_channel_id: null,
  public_updates_channel_id: null,
  premium_progress_bar_enabled: false,
  nsfw: false,
  nsfw_level: 0,
  emojis: [],
  stickers: [],
  incidents_data: null,
};

/** A guild as REST returns it. */
export function toGuildBody(world: World, guild: Guild, withCounts: boolean): JsonObject {
  const memberCount = world.members.list((member) => member.guild_id === guild.id).length;
  return {
    ...fixedGuildFields,
    id: guild.id,
    name: guild.name,
    owner_id: guild.owner_id,
    roles: world.roles.list((role) => role.guild_id === guild.id).map(toRoleBody),
    ...(withCounts ? { approximate_member_count: memberCount, approximate_presence_count: 0 } : {}),
  };
}

/**
 * A guild as GUILD_CREATE sends it. Without the presence intent it lists only the bot itself, which exposes
 * code that relies on the member cache.
 */
export function toGatewayGuildBody(world: World, guild: Guild): JsonObject {
  const bot = world.members.get(`${guild.id}:${world.credentials.application_id}`);
  return {
    ...toGuildBody(world, guild, false),
    unavailable: false,
    joined_at: new Date(bot?.joined_at_ms ?? 0).toISOString(),
    large: false,
    member_count: world.members.list((member) => member.guild_id === guild.id).length,
    members: bot ? [toMemberBody(world, bot)] : [],
    channels: channelsOf(world, guild.id).map((channel) => toChannelBody(world, channel)),
    threads: [],
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
