import { RestError } from '../rules/rest-error.ts';
import type { Channel } from '../state/records.ts';
import type { Sandbox } from '../state/sandbox.ts';

/** The conversation between the bot and a person, created on first use. */
export function openDm(sandbox: Sandbox, userId: string): Channel {
  const { world } = sandbox;
  const known = world.channels.find((channel) => channel.recipient_id === userId);
  if (known) return known;
  const channel = world.channels.put({
    id: world.nextId(),
    type: 1,
    guild_id: null,
    name: '',
    topic: null,
    position: 0,
    overwrites: [],
    recipient_id: userId,
    last_message_id: null,
  });
  world.hub.change({ kind: 'people' });
  return channel;
}

/** Opening a conversation always works; only messages to people who closed theirs are refused. */
export function requireWritableDm(sandbox: Sandbox, channel: Channel): void {
  const { world } = sandbox;
  const recipient = world.users.get(channel.recipient_id ?? '');
  const botId = world.credentials.application_id;
  const hasGuild = (userId: string, guildId: string) =>
    world.members.get(`${guildId}:${userId}`) !== undefined;
  const shared = world.guilds
    .list()
    .some((guild) => hasGuild(botId, guild.id) && recipient && hasGuild(recipient.id, guild.id));
  if (!shared) {
    const message = 'Cannot send messages to this user due to having no mutual guilds';
    throw new RestError(403, 50278, message);
  }
  if (!recipient?.dms_open) throw new RestError(403, 50007, 'Cannot send messages to this user');
}
