import type { Attachment, JsonObject, Message } from '../state/records.ts';
import type { World } from '../state/world.ts';
import { toUserBody } from './people.ts';

export const messageFlags = {
  suppressEmbeds: 1 << 2,
  ephemeral: 1 << 6,
  loading: 1 << 7,
  suppressNotifications: 1 << 12,
  componentsV2: 1 << 15,
} as const;

/** Base address of uploads; set once at start, when the port is known. */
export interface Origin {
  url: string;
}

export function toAttachmentBody(origin: Origin, message: Message, attachment: Attachment): JsonObject {
  const url = `${origin.url}/attachments/${message.id}/${attachment.id}/${encodeURIComponent(attachment.filename)}`;
  return {
    id: attachment.id,
    filename: attachment.filename,
    size: attachment.size_bytes,
    url,
    proxy_url: url,
    content_type: attachment.content_type,
    ...(attachment.description ? { description: attachment.description } : {}),
    ...(message.ephemeral_for ? { ephemeral: true } : {}),
  };
}

/** A message as REST and the gateway send it. */
export function toMessageBody(world: World, origin: Origin, message: Message): JsonObject {
  const author = world.users.get(message.author_id);
  if (!author) throw new Error(`Message ${message.id} has no author`);
  const mentions = message.mention_ids.flatMap((id) => world.users.get(id) ?? []);
  const isFromInteraction = message.interaction_id !== null;
  return {
    id: message.id,
    type: message.type,
    channel_id: message.channel_id,
    author: toUserBody(author),
    content: message.content,
    mentions: mentions.map(toUserBody),
    mention_roles: [],
    mention_everyone: false,
    attachments: message.attachments.map((attachment) => toAttachmentBody(origin, message, attachment)),
    embeds: message.embeds,
    components: message.components,
    flags: message.flags,
    timestamp: new Date(message.created_at_ms).toISOString(),
    edited_timestamp: message.edited_at_ms === null ? null : new Date(message.edited_at_ms).toISOString(),
    pinned: false,
    tts: false,
    ...(message.nonce === null ? {} : { nonce: message.nonce }),
    ...(author.bot ? { application_id: world.credentials.application_id } : {}),
    ...(isFromInteraction ? { webhook_id: world.credentials.application_id } : {}),
    ...(message.interaction_metadata ? { interaction_metadata: message.interaction_metadata } : {}),
  };
}
