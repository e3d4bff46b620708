import { randomBytes } from 'node:crypto';
import { channelPermissions } from '../rules/permissions.ts';
import type { Channel, Interaction, JsonObject, Message, User } from '../state/records.ts';
import type { Sandbox } from '../state/sandbox.ts';
import { toChannelBody } from '../wire/guild.ts';
import { toMessageBody } from '../wire/message.ts';
import { toMemberBody, toUserBody } from '../wire/people.ts';

export const interactionTypes = { ping: 1, command: 2, component: 3, autocomplete: 4, modal: 5 } as const;

/** Who installed the application where, in Discord's format: "0" is a conversation with the bot. */
export function ownersOf(guildId: string | null): JsonObject {
  return { '0': guildId ?? '0' };
}

function callerFields(sandbox: Sandbox, channel: Channel, user: User): JsonObject {
  const { world } = sandbox;
  if (channel.guild_id === null) return { user: toUserBody(user), context: 1 };
  const member = world.members.get(`${channel.guild_id}:${user.id}`);
  if (!member) throw new Error(`${user.username} is not a member of ${channel.guild_id}`);
  const permissions = String(channelPermissions(world, channel, user.id));
  return {
    member: { ...toMemberBody(world, member), permissions },
    guild_id: channel.guild_id,
    guild: { id: channel.guild_id, locale: 'en-US', features: [] },
    guild_locale: 'en-US',
    context: 0,
  };
}

/** An interaction before it is stored and sent. `message` is the one whose component was used. */
export function buildInteraction(
  sandbox: Sandbox,
  given: { type: number; data: JsonObject; user: User; channel: Channel; message?: Message | undefined },
): Interaction {
  const { world } = sandbox;
  const { type, data, user, channel, message } = given;
  const id = world.nextId();
  const botId = world.credentials.application_id;
  const token = `sandbox-${id}-${randomBytes(24).toString('base64url')}`;
  const permissions = String(channelPermissions(world, channel, user.id));
  const payload: JsonObject = {
    id,
    application_id: botId,
    type,
    data,
    token,
    version: 1,
    channel_id: channel.id,
    channel: { ...toChannelBody(world, channel), permissions },
    ...callerFields(sandbox, channel, user),
    app_permissions: String(channelPermissions(world, channel, botId)),
    locale: user.locale,
    entitlements: [],
    authorizing_integration_owners: ownersOf(channel.guild_id),
    attachment_size_limit: 10_485_760,
    ...(message ? { message: toMessageBody(world, sandbox.origin, message) } : {}),
  };
  return {
    id,
    token,
    type,
    user_id: user.id,
    guild_id: channel.guild_id,
    channel_id: channel.id,
    state: 'waiting',
    created_at_ms: world.clock.now(),
    problem: null,
    payload,
    response: null,
    original_message_id: null,
    source_message_id: message?.id ?? null,
    is_ephemeral: false,
  };
}
