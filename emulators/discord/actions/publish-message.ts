import { intentBits } from '../gateway/intents.ts';
import type { JsonObject, Message } from '../state/records.ts';
import type { Sandbox } from '../state/sandbox.ts';
import { toMessageBody } from '../wire/message.ts';
import { toPartialMemberBody } from '../wire/people.ts';

const ephemeralKept = 200;

type EventName = 'MESSAGE_CREATE' | 'MESSAGE_UPDATE' | 'MESSAGE_DELETE';

function announce(sandbox: Sandbox, name: EventName, message: Message): void {
  const { world } = sandbox;
  const channel = world.channels.get(message.channel_id);
  world.hub.change({ kind: 'messages', channel_id: message.channel_id, message_id: message.id });
  // Only the recipient ever receives an ephemeral message.
  if (!channel || message.ephemeral_for !== null) return;
  const guild_id = channel.guild_id;
  const place: JsonObject = guild_id === null ? {} : { guild_id };
  const member = guild_id === null ? undefined : world.members.get(`${guild_id}:${message.author_id}`);
  const body: JsonObject =
    name === 'MESSAGE_DELETE'
      ? { id: message.id, channel_id: message.channel_id, ...place }
      : {
          ...toMessageBody(world, sandbox.origin, message),
          ...place,
          channel_type: channel.type,
          ...(member ? { member: toPartialMemberBody(member) } : {}),
        };
  const intent = guild_id === null ? intentBits.directMessages : intentBits.guildMessages;
  world.hub.dispatch({ name, body, intent, guild_id });
}

/** Stores a new message and notifies everybody who may see it. */
export function publishMessage(sandbox: Sandbox, message: Message): Message {
  const { world } = sandbox;
  world.messages.put(message);
  // Real ephemeral messages disappear with the recipient's window.
  if (message.ephemeral_for !== null) {
    world.messages.trim(ephemeralKept, (known) => known.ephemeral_for !== null);
  }
  const channel = world.channels.get(message.channel_id);
  if (channel && message.ephemeral_for === null) {
    world.channels.put({ ...channel, last_message_id: message.id });
  }
  announce(sandbox, 'MESSAGE_CREATE', message);
  return message;
}

/** Stores a changed message; any change except filling a placeholder marks it as edited. */
export function replaceMessage(sandbox: Sandbox, message: Message, marksEdited = true): Message {
  const edited_at_ms = marksEdited ? sandbox.world.clock.now() : message.edited_at_ms;
  const stored = sandbox.world.messages.put({ ...message, edited_at_ms });
  announce(sandbox, 'MESSAGE_UPDATE', stored);
  return stored;
}

/** Removes a message. */
export function deleteMessage(sandbox: Sandbox, message: Message): void {
  sandbox.world.messages.remove(message.id);
  announce(sandbox, 'MESSAGE_DELETE', message);
}
