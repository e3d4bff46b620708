import type { MessageDraft } from '../rules/message-rules.ts';
import { checkMessageDraft, isComponentsV2, requireSomethingToShow } from '../rules/message-rules.ts';
import { invalidForm } from '../rules/rest-error.ts';
import type { Attachment, Message } from '../state/records.ts';
import type { Sandbox } from '../state/sandbox.ts';
import { flatten, normalizeComponents, type UnfurlMedia } from '../wire/component.ts';
import { normalizeEmbed } from '../wire/embed.ts';
import { messageFlags, toAttachmentBody } from '../wire/message.ts';

/** A file of a multipart request. */
export interface Upload {
  /** The number in `files[n]`. */
  index: string;
  filename: string;
  content_type: string;
  bytes: Uint8Array;
}

const settableFlags =
  messageFlags.suppressEmbeds | messageFlags.suppressNotifications | messageFlags.componentsV2;
const uploadBytesMax = 10 * 1024 * 1024;

function toAttachments(sandbox: Sandbox, draft: MessageDraft, uploads: readonly Upload[]): Attachment[] {
  return uploads.map((upload) => {
    if (upload.bytes.length > uploadBytesMax) {
      const message = 'Request entity too large';
      throw invalidForm([{ path: ['files'], code: 'FILE_TYPE_MAX_SIZE', message }]);
    }
    const described = draft.attachments?.find((attachment) => attachment.id === upload.index);
    return {
      id: sandbox.world.nextId(),
      filename: described?.filename ?? upload.filename,
      content_type: upload.content_type,
      description: described?.description ?? null,
      size_bytes: upload.bytes.length,
      content_base64: Buffer.from(upload.bytes).toString('base64'),
    };
  });
}

function createUnfurl(sandbox: Sandbox, message: Message): UnfurlMedia {
  return (url) => {
    const id = sandbox.world.nextId();
    if (!url.startsWith('attachment://')) return { id, url, proxy_url: url };
    const filename = url.slice('attachment://'.length);
    const attachment = message.attachments.find((known) => known.filename === filename);
    if (!attachment) {
      const text = `The referenced attachment "${filename}" is not part of the message`;
      throw invalidForm([
        { path: ['components'], code: 'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND', message: text },
      ]);
    }
    const body = toAttachmentBody(sandbox.origin, message, attachment);
    return { id, url: body.url, proxy_url: body.proxy_url, attachment_id: attachment.id };
  };
}

function mentionedIds(sandbox: Sandbox, draft: MessageDraft): string[] {
  const texts = [draft.content ?? ''];
  for (const component of flatten(draft.components ?? [])) texts.push(String(component.content ?? ''));
  const ids = [...texts.join('\n').matchAll(/<@!?(\d+)>/g)].flatMap((match) => match[1] ?? []);
  const allowed = draft.allowed_mentions;
  const isAllowed = (id: string): boolean =>
    allowed == null || allowed.parse?.includes('users') === true || allowed.users?.includes(id) === true;
  return [...new Set(ids)].filter((id) => sandbox.world.users.get(id) && isAllowed(id));
}

/**
 * Applies a draft to a message. Omitted fields stay, null clears them. Throws Discord's refusals; nothing is
 * stored.
 */
export function applyDraft(
  sandbox: Sandbox,
  before: Message,
  draft: MessageDraft,
  uploads: readonly Upload[],
): Message {
  const flags =
    (before.flags & ~messageFlags.loading & ~messageFlags.suppressEmbeds) |
    ((draft.flags ?? 0) & settableFlags);
  const isV2 = isComponentsV2(flags);
  const becameV2 = isV2 && !isComponentsV2(before.flags);
  checkMessageDraft(draft, isV2);
  const kept = draft.attachments
    ? before.attachments.filter((known) => draft.attachments?.some((named) => named.id === known.id))
    : before.attachments;
  const message: Message = {
    ...before,
    flags,
    attachments: [...kept, ...toAttachments(sandbox, draft, uploads)],
    content: draft.content === undefined ? before.content : (draft.content ?? ''),
    mention_ids:
      draft.content === undefined && !draft.components ? before.mention_ids : mentionedIds(sandbox, draft),
  };
  const unfurl = createUnfurl(sandbox, message);
  if (draft.embeds !== undefined) {
    message.embeds = (draft.embeds ?? []).map((embed) => normalizeEmbed(embed, unfurl));
  }
  if (draft.components !== undefined) {
    message.components = normalizeComponents(draft.components ?? [], unfurl);
  }
  if (becameV2 && (message.content !== '' || message.embeds.length > 0)) {
    const text = 'The "content" and "embeds" fields must be emptied to use MessageFlags.IS_COMPONENTS_V2';
    throw invalidForm([
      { path: ['flags'], code: 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2', message: text },
    ]);
  }
  requireSomethingToShow(message);
  return message;
}

/** A new message before its draft is applied. */
export function blankMessage(
  sandbox: Sandbox,
  given: { channel_id: string; author_id: string } & Partial<Message>,
): Message {
  return {
    id: sandbox.world.nextId(),
    type: 0,
    content: '',
    embeds: [],
    components: [],
    attachments: [],
    mention_ids: [],
    flags: 0,
    created_at_ms: sandbox.world.clock.now(),
    edited_at_ms: null,
    nonce: null,
    ephemeral_for: null,
    interaction_id: null,
    interaction_metadata: null,
    ...given,
  };
}
