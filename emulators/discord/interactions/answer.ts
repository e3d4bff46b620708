import * as spec from 'discord-api-spec/zod';
import { z } from 'zod';
import type { ZodMiniType } from 'zod/mini';
import { applyDraft, blankMessage, type Upload } from '../actions/compose-message.ts';
import { publishMessage, replaceMessage } from '../actions/publish-message.ts';
import { checkModalComponents } from '../rules/component-rules.ts';
import { type MessageDraft, messageDraftSchema } from '../rules/message-rules.ts';
import { alreadyAcknowledged, invalidForm, unknownInteraction } from '../rules/rest-error.ts';
import { requireValid } from '../rules/schema-check.ts';
import { type Interaction, type JsonObject, jsonObjectSchema, type Message } from '../state/records.ts';
import type { Sandbox } from '../state/sandbox.ts';
import { componentSchema, normalizeComponents } from '../wire/component.ts';
import { messageFlags } from '../wire/message.ts';
import { interactionTypes } from './build.ts';
import { toInteractionMetadata } from './metadata.ts';

export const callbackTypes = {
  message: 4,
  thinking: 5,
  deferUpdate: 6,
  update: 7,
  choices: 8,
  modal: 9,
} as const;

const callbackSchema = z.looseObject({ type: z.int(), data: jsonObjectSchema.nullish() });
const modalSchema = z.looseObject({ components: z.array(componentSchema) });

const answerSchemas = new Map<number, ZodMiniType>([
  [callbackTypes.message, spec.CreateMessageInteractionCallbackRequestSchema],
  [callbackTypes.thinking, spec.CreateMessageInteractionCallbackRequestSchema],
  [callbackTypes.deferUpdate, spec.UpdateMessageInteractionCallbackRequestSchema],
  [callbackTypes.update, spec.UpdateMessageInteractionCallbackRequestSchema],
  [callbackTypes.choices, spec.ApplicationCommandAutocompleteCallbackRequestSchema],
  [callbackTypes.modal, spec.ModalInteractionCallbackRequestSchema],
]);

function refuseType(): Error {
  const message = 'Invalid interaction callback type for this interaction.';
  return invalidForm([{ path: ['type'], code: 'INTERACTION_CALLBACK_TYPE_INVALID', message }]);
}

function requireFittingType(interaction: Interaction, type: number): void {
  const isUpdate = type === callbackTypes.deferUpdate || type === callbackTypes.update;
  const isAutocomplete = interaction.type === interactionTypes.autocomplete;
  if ((type === callbackTypes.choices) !== isAutocomplete) throw refuseType();
  if (type === callbackTypes.modal && interaction.type === interactionTypes.modal) throw refuseType();
  if (isUpdate && interaction.source_message_id === null) throw refuseType();
}

/** The message that answers an interaction, before its draft is applied. */
export function blankAnswer(sandbox: Sandbox, interaction: Interaction, isEphemeral: boolean): Message {
  const isCommand = interaction.type === interactionTypes.command;
  return blankMessage(sandbox, {
    channel_id: interaction.channel_id,
    author_id: sandbox.world.credentials.application_id,
    type: isCommand ? 20 : 19,
    flags: isEphemeral ? messageFlags.ephemeral : 0,
    ephemeral_for: isEphemeral ? interaction.user_id : null,
    interaction_id: interaction.id,
    interaction_metadata: toInteractionMetadata(sandbox.world, interaction),
  });
}

function answerWithMessage(
  sandbox: Sandbox,
  interaction: Interaction,
  draft: MessageDraft,
  uploads: readonly Upload[],
) {
  const isEphemeral = ((draft.flags ?? 0) & messageFlags.ephemeral) !== 0;
  const message = applyDraft(sandbox, blankAnswer(sandbox, interaction, isEphemeral), draft, uploads);
  publishMessage(sandbox, message);
  return { original_message_id: message.id, is_ephemeral: isEphemeral };
}

function answerWithPlaceholder(sandbox: Sandbox, interaction: Interaction, flags: number) {
  const isEphemeral = (flags & messageFlags.ephemeral) !== 0;
  const blank = blankAnswer(sandbox, interaction, isEphemeral);
  const message = publishMessage(sandbox, { ...blank, flags: blank.flags | messageFlags.loading });
  return { original_message_id: message.id, is_ephemeral: isEphemeral };
}

function updateSource(
  sandbox: Sandbox,
  interaction: Interaction,
  draft: MessageDraft,
  uploads: readonly Upload[],
) {
  const source = sandbox.world.messages.get(interaction.source_message_id ?? '');
  if (!source) throw unknownInteraction();
  replaceMessage(sandbox, applyDraft(sandbox, source, draft, uploads));
}

function storedResponse(type: number, data: JsonObject | null | undefined): JsonObject {
  if (type !== callbackTypes.modal) return data ? { type, data } : { type };
  const { components } = modalSchema.parse(data);
  const problems = checkModalComponents(components);
  if (problems.length > 0) {
    throw invalidForm(problems.map((problem) => ({ ...problem, path: ['data', ...problem.path] })));
  }
  const normalized = normalizeComponents(components, (url) => ({ url }));
  return { type, data: { ...data, components: normalized } };
}

/**
 * Accepts the application's first answer to an interaction, inline or through the callback route. Throws
 * Discord's refusals without changing anything.
 */
export function acceptCallback(
  sandbox: Sandbox,
  interactionId: string,
  body: unknown,
  uploads: readonly Upload[],
): Interaction {
  const { world } = sandbox;
  const interaction = world.interactions.get(interactionId);
  if (!interaction || interaction.state === 'failed') throw unknownInteraction();
  if (interaction.state !== 'waiting') throw alreadyAcknowledged();
  const parsed = callbackSchema.safeParse(body);
  const schema = parsed.success ? answerSchemas.get(parsed.data.type) : undefined;
  if (!parsed.success || !schema) throw refuseType();
  requireValid(schema, body);
  const { type, data } = parsed.data;
  requireFittingType(interaction, type);

  const draft = messageDraftSchema.parse(data ?? {});
  const response = storedResponse(type, data);
  let outcome: Partial<Interaction> = {};
  if (type === callbackTypes.message) outcome = answerWithMessage(sandbox, interaction, draft, uploads);
  if (type === callbackTypes.thinking)
    outcome = answerWithPlaceholder(sandbox, interaction, draft.flags ?? 0);
  if (type === callbackTypes.update) updateSource(sandbox, interaction, draft, uploads);
  if (type === callbackTypes.update || type === callbackTypes.deferUpdate) {
    outcome = { original_message_id: interaction.source_message_id };
  }
  const state = type === callbackTypes.thinking ? 'thinking' : 'answered';
  const stored = world.interactions.put({ ...interaction, ...outcome, state, response });
  world.hub.change({ kind: 'interaction', interaction_id: interaction.id });
  return stored;
}
