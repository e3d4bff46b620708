import type { Call } from '../http/route.ts';
import { canView, channelPermissions, guildPermissions, permissionBits } from '../rules/permissions.ts';
import * as refuse from '../rules/rest-error.ts';
import type { Channel, Guild, Member, Message, User } from '../state/records.ts';
import type { World } from '../state/world.ts';

/** The bot behind a request; routes with `auth: 'bot'` always have one. */
export function botOf(call: Call): User {
  if (call.caller.kind !== 'bot') throw refuse.unauthorized();
  return call.caller.user;
}

/** The guild in the path, if the bot is a member. */
export function findGuild(call: Call): Guild {
  const { world } = call.sandbox;
  const guild = world.guilds.get(call.param('guild_id'));
  if (!guild) throw refuse.unknownGuild();
  if (!world.members.get(`${guild.id}:${botOf(call).id}`)) throw refuse.missingAccess();
  return guild;
}

/** The member in the path. */
export function findMember(call: Call, guild: Guild): Member {
  const { world } = call.sandbox;
  const userId = call.param('user_id');
  const member = world.members.get(`${guild.id}:${userId}`);
  if (member) return member;
  throw refuse.unknownMember();
}

/** The channel in the path, if the bot can see it. */
export function findChannel(call: Call): Channel {
  const { world } = call.sandbox;
  const channel = world.channels.get(call.param('channel_id'));
  if (!channel) throw refuse.unknownChannel();
  if (!canView(world, channel, botOf(call).id)) throw refuse.missingAccess();
  return channel;
}

/** The message in the path; REST does not return ephemeral ones. */
export function findMessage(call: Call, channel: Channel): Message {
  const message = call.sandbox.world.messages.get(call.param('message_id'));
  if (message?.channel_id === channel.id && message.ephemeral_for === null) return message;
  throw refuse.unknownMessage();
}

/** Throws 50013 unless the bot has a permission in the guild. */
export function requireGuildPermission(
  world: World,
  guildId: string,
  userId: string,
  name: keyof typeof permissionBits,
): void {
  if ((guildPermissions(world, guildId, userId) & permissionBits[name]) === 0n)
    throw refuse.missingPermissions();
}

/** Throws 50013 unless the bot has a permission in the channel. */
export function requireChannelPermission(
  world: World,
  channel: Channel,
  userId: string,
  name: keyof typeof permissionBits,
): void {
  if ((channelPermissions(world, channel, userId) & permissionBits[name]) === 0n)
    throw refuse.missingPermissions();
}

/** A number from the query within limits, or `fallback` if it is absent. */
export function readLimit(query: URLSearchParams, fallback: number, max: number): number {
  const text = query.get('limit');
  if (text === null) return fallback;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= max) return limit;
  const message = `int value should be between 1 and ${max}.`;
  throw refuse.invalidForm([{ path: ['limit'], code: 'NUMBER_TYPE_MAX', message }]);
}
