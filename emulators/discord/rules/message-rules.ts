import { z } from 'zod';
import { jsonObjectSchema, type Message } from '../state/records.ts';
import { componentSchema } from '../wire/component.ts';
import { messageFlags } from '../wire/message.ts';
import { checkMessageComponents } from './component-rules.ts';
import { type FieldError, invalidForm, RestError } from './rest-error.ts';

/** The supported fields of a message; `checkMessageDraft` refuses all others. */
export const messageDraftSchema = z.looseObject({
  content: z.string().nullish(),
  embeds: z.array(jsonObjectSchema).nullish(),
  components: z.array(componentSchema).nullish(),
  flags: z.int().nullish(),
  allowed_mentions: z
    .looseObject({
      parse: z.array(z.string().nullable()).nullish(),
      users: z.array(z.string().nullable()).nullish(),
    })
    .nullish(),
  attachments: z
    .array(
      z.looseObject({ id: z.string(), description: z.string().nullish(), filename: z.string().nullish() }),
    )
    .nullish(),
  nonce: z.union([z.string(), z.number()]).nullish(),
  enforce_nonce: z.boolean().nullish(),
});
export type MessageDraft = z.infer<typeof messageDraftSchema>;

const contentMax = 2000;
const embedsTextMax = 6000;
const notSupported = ['poll', 'sticker_ids', 'message_reference', 'tts', 'shared_client_theme'];

const embedTextSchema = z.looseObject({
  title: z.string().nullish(),
  description: z.string().nullish(),
  footer: z.looseObject({ text: z.string().nullish() }).nullish(),
  author: z.looseObject({ name: z.string().nullish() }).nullish(),
  fields: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
});

function embedTextLength(embed: unknown): number {
  const { title, description, footer, author, fields } = embedTextSchema.parse(embed);
  const texts = [title, description, footer?.text, author?.name];
  for (const field of fields ?? []) texts.push(field.name, field.value);
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
}

function checkV2(draft: MessageDraft): FieldError[] {
  const message = 'The "%" field cannot be used when using MessageFlags.IS_COMPONENTS_V2';
  return (['content', 'embeds'] as const).flatMap((field) => {
    const value = draft[field];
    const isUsed = value != null && value.length > 0;
    const code = 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2';
    return isUsed ? [{ path: [field], code, message: message.replace('%', field) }] : [];
  });
}

/**
 * The message rules that Discord's schemas omit. Throws 50035 with every violation. `isV2` is whether the
 * message uses Components V2 after this change.
 */
export function checkMessageDraft(draft: MessageDraft, isV2: boolean): void {
  const problems: FieldError[] = [];
  for (const field of notSupported) {
    const value = draft[field];
    const isEmpty = value == null || value === false || (Array.isArray(value) && value.length === 0);
    if (isEmpty) continue;
    // Loud on purpose, because a 200 that ignores the field would be misleading.
    throw new RestError(501, 0, `The sandbox does not know the message field "${field}"`);
  }
  if ((draft.content?.length ?? 0) > contentMax) {
    const message = `Must be ${contentMax} or fewer in length.`;
    problems.push({ path: ['content'], code: 'BASE_TYPE_MAX_LENGTH', message });
  }
  const length = (draft.embeds ?? []).reduce((sum, embed) => sum + embedTextLength(embed), 0);
  if (length > embedsTextMax) {
    const message = `Embed size exceeds maximum size of ${embedsTextMax}`;
    problems.push({ path: ['embeds'], code: 'MAX_EMBED_SIZE_EXCEEDED', message });
  }
  if (draft.nonce != null && String(draft.nonce).length > 25) {
    problems.push({
      path: ['nonce'],
      code: 'NONCE_TYPE_TOO_LONG',
      message: 'Must be 25 or fewer in length.',
    });
  }
  if (isV2) problems.push(...checkV2(draft));
  problems.push(...checkMessageComponents(draft.components ?? [], isV2));
  if (problems.length > 0) throw invalidForm(problems);
}

/** Throws 50006 if the message would be empty. */
export function requireSomethingToShow(message: Message): void {
  const { content, embeds, components, attachments } = message;
  if (content.trim() !== '' || embeds.length + components.length + attachments.length > 0) return;
  throw new RestError(400, 50006, 'Cannot send an empty message');
}

/** Whether the flags mark a Components V2 message. */
export function isComponentsV2(flags: number): boolean {
  return (flags & messageFlags.componentsV2) !== 0;
}
