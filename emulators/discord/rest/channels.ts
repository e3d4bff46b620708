import * as spec from 'discord-api-spec/zod';
import * as zm from 'zod/mini';
import { applyDraft, blankMessage } from '../actions/compose-message.ts';
import { requireWritableDm } from '../actions/open-dm.ts';
import { deleteMessage, publishMessage, replaceMessage } from '../actions/publish-message.ts';
import { messageBucket } from '../http/rate-limits.ts';
import type { Answer, Call, Route } from '../http/route.ts';
import { messageDraftSchema } from '../rules/message-rules.ts';
import { RestError } from '../rules/rest-error.ts';
import type { Channel, Message } from '../state/records.ts';
import { compareSnowflakes } from '../state/snowflake.ts';
import { channelsOf, toChannelBody } from '../wire/guild.ts';
import { toMessageBody } from '../wire/message.ts';
import { botOf, findChannel, findGuild, findMessage, readLimit, requireChannelPermission } from './find.ts';

const nonceKeptMs = 5 * 60 * 1000;

function body(call: Call, message: Message): Answer {
  return { status: 200, body: toMessageBody(call.sandbox.world, call.sandbox.origin, message) };
}

function getChannel(call: Call): Answer {
  return { status: 200, body: toChannelBody(call.sandbox.world, findChannel(call)) };
}

function listChannels(call: Call): Answer {
  const { world } = call.sandbox;
  const channels = channelsOf(world, findGuild(call).id);
  return { status: 200, body: channels.map((channel) => toChannelBody(world, channel)) };
}

function listMessages(call: Call): Answer {
  const { world, origin } = call.sandbox;
  const channel = findChannel(call);
  if (channel.guild_id !== null) {
    requireChannelPermission(world, channel, botOf(call).id, 'readMessageHistory');
  }
  const limit = readLimit(call.query, 50, 100);
  const [before, after] = [call.query.get('before'), call.query.get('after')];
  if (call.query.has('around')) throw new RestError(501, 0, 'The sandbox does not know "around"');
  const visible = world.messages
    .list((message) => message.channel_id === channel.id && message.ephemeral_for === null)
    .filter((message) => before === null || compareSnowflakes(message.id, before) < 0)
    .filter((message) => after === null || compareSnowflakes(message.id, after) > 0)
    .sort((a, b) => compareSnowflakes(b.id, a.id));
  const page = after === null ? visible.slice(0, limit) : visible.slice(-limit);
  return { status: 200, body: page.map((message) => toMessageBody(world, origin, message)) };
}

function requireMayWrite(call: Call, channel: Channel): void {
  if (channel.type === 1) requireWritableDm(call.sandbox, channel);
  else requireChannelPermission(call.sandbox.world, channel, botOf(call).id, 'sendMessages');
}

function createMessage(call: Call): Answer {
  const { world } = call.sandbox;
  const channel = findChannel(call);
  requireMayWrite(call, channel);
  const draft = messageDraftSchema.parse(call.body);
  if (draft.enforce_nonce && draft.nonce != null) {
    const since = world.clock.now() - nonceKeptMs;
    const sent = world.messages.find(
      (message) =>
        message.channel_id === channel.id && message.nonce === draft.nonce && message.created_at_ms > since,
    );
    if (sent) return body(call, sent);
  }
  const blank = blankMessage(call.sandbox, {
    channel_id: channel.id,
    author_id: botOf(call).id,
    nonce: draft.nonce ?? null,
  });
  return body(call, publishMessage(call.sandbox, applyDraft(call.sandbox, blank, draft, call.uploads)));
}

function editMessage(call: Call): Answer {
  const channel = findChannel(call);
  const message = findMessage(call, channel);
  if (message.author_id !== botOf(call).id) {
    throw new RestError(403, 50005, 'Cannot edit a message authored by another user');
  }
  const draft = messageDraftSchema.parse(call.body);
  return body(call, replaceMessage(call.sandbox, applyDraft(call.sandbox, message, draft, call.uploads)));
}

function removeMessage(call: Call): Answer {
  const channel = findChannel(call);
  const message = findMessage(call, channel);
  if (message.author_id !== botOf(call).id) {
    if (channel.type === 1) throw new RestError(403, 50003, 'Cannot execute action on a DM channel');
    requireChannelPermission(call.sandbox.world, channel, botOf(call).id, 'manageMessages');
  }
  deleteMessage(call.sandbox, message);
  return { status: 204 };
}

/** Routes under `/channels`, and the channel list of a guild. */
export const channelRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/channels/{channel_id}',
    auth: 'bot',
    gives: zm.union([spec.GuildChannelResponseSchema, spec.PrivateChannelResponseSchema]),
    handle: getChannel,
  },
  {
    method: 'GET',
    path: '/guilds/{guild_id}/channels',
    auth: 'bot',
    gives: zm.array(spec.GuildChannelResponseSchema),
    handle: listChannels,
  },
  {
    method: 'GET',
    path: '/channels/{channel_id}/messages',
    auth: 'bot',
    gives: zm.array(spec.MessageResponseSchema),
    handle: listMessages,
  },
  {
    method: 'POST',
    path: '/channels/{channel_id}/messages',
    auth: 'bot',
    accepts: spec.MessageCreateRequestSchema,
    gives: spec.MessageResponseSchema,
    bucket: messageBucket,
    handle: createMessage,
  },
  {
    method: 'GET',
    path: '/channels/{channel_id}/messages/{message_id}',
    auth: 'bot',
    gives: spec.MessageResponseSchema,
    handle: (call) => body(call, findMessage(call, findChannel(call))),
  },
  {
    method: 'PATCH',
    path: '/channels/{channel_id}/messages/{message_id}',
    auth: 'bot',
    accepts: spec.MessageEditRequestPartialSchema,
    gives: spec.MessageResponseSchema,
    bucket: messageBucket,
    handle: editMessage,
  },
  {
    method: 'DELETE',
    path: '/channels/{channel_id}/messages/{message_id}',
    auth: 'bot',
    handle: removeMessage,
  },
];
