import { z } from 'zod';
import type { Interaction, JsonObject, Message, User } from '../state/records.ts';
import type { Sandbox } from '../state/sandbox.ts';
import {
  type Component,
  componentSchema,
  componentTypes,
  findByCustomId,
  isSelect,
} from '../wire/component.ts';
import { buildInteraction, interactionTypes } from './build.ts';
import { InputProblem, optionTypes, resolveEntities } from './command-options.ts';
import { findModalOpener } from './metadata.ts';

const optionsSchema = z.array(z.looseObject({ value: z.string() }));
const modalSchema = z.looseObject({ custom_id: z.string(), components: z.array(componentSchema) });

/** The kind of entities that a select's values refer to. */
const entityOf = new Map<number, number>([
  [componentTypes.userSelect, optionTypes.user],
  [componentTypes.roleSelect, optionTypes.role],
  [componentTypes.mentionableSelect, optionTypes.mentionable],
  [componentTypes.channelSelect, optionTypes.channel],
]);

function requireValues(select: Component, values: readonly string[]): void {
  const least = Number(select.min_values ?? 1);
  const most = Number(select.max_values ?? 1);
  if (values.length < least || values.length > most) {
    throw new InputProblem(`Choose between ${least} and ${most} values`);
  }
  if (select.type !== componentTypes.stringSelect) return;
  const known = optionsSchema.parse(select.options).map((option) => option.value);
  const unknown = values.find((value) => !known.includes(value));
  if (unknown !== undefined) throw new InputProblem(`"${unknown}" is not one of the options`);
}

/** A click on a button or a choice in a select of a message. */
export function buildComponentUse(
  sandbox: Sandbox,
  use: { user: User; message: Message; custom_id: string; values: readonly string[] },
): Interaction {
  const { user, message, custom_id, values } = use;
  const { world } = sandbox;
  const channel = world.channels.get(message.channel_id);
  const component = findByCustomId(message.components, custom_id);
  if (!channel || !component) throw new InputProblem(`The message has no component "${custom_id}"`);
  if (component.disabled === true) throw new InputProblem(`The component "${custom_id}" is disabled`);
  if (message.ephemeral_for !== null && message.ephemeral_for !== user.id) {
    throw new InputProblem(`${user.username} does not see this message`);
  }
  const data: JsonObject = { custom_id, component_type: component.type, id: component.id };
  if (isSelect(component)) {
    requireValues(component, values);
    data.values = values;
    const type = entityOf.get(component.type);
    const ids = type === undefined ? [] : values.map((id) => ({ type, id }));
    const resolved = resolveEntities(world, channel.guild_id, user.id, ids);
    if (resolved) data.resolved = resolved;
  }
  return buildInteraction(sandbox, { type: interactionTypes.component, data, user, channel, message });
}

/** The input of a modal, by the custom id of the field. */
export const fieldsSchema = z.record(z.string(), z.union([z.string(), z.array(z.string()), z.boolean()]));
export type Fields = z.infer<typeof fieldsSchema>;

function toSubmittedField(field: Component, fields: Fields): JsonObject {
  const { type, id, custom_id } = field;
  const given = fields[custom_id ?? ''];
  const isEmpty = given === undefined || given === '' || (Array.isArray(given) && given.length === 0);
  // Modal fields are required by default.
  if (isEmpty && field.required !== false) throw new InputProblem(`The field "${custom_id}" is required`);
  if (isSelect(field)) {
    const values = Array.isArray(given) ? given : isEmpty ? [] : [String(given)];
    if (!isEmpty) requireValues(field, values);
    return { type, id, custom_id, values };
  }
  if (Array.isArray(given)) return { type, id, custom_id, values: given };
  const value = given ?? '';
  if (type === componentTypes.textInput && typeof value === 'string') {
    const most = Number(field.max_length ?? 4000);
    if (value.length > most)
      throw new InputProblem(`The field "${custom_id}" has more than ${most} characters`);
    const least = Number(field.min_length ?? 0);
    if (!isEmpty && value.length < least) {
      throw new InputProblem(`The field "${custom_id}" has fewer than ${least} characters`);
    }
  }
  return { type, id, custom_id, value };
}

function toSubmittedComponent(component: Component, fields: Fields): JsonObject {
  const { type, id } = component;
  if (component.component) return { type, id, component: toSubmittedField(component.component, fields) };
  if (component.components) {
    return { type, id, components: component.components.map((field) => toSubmittedField(field, fields)) };
  }
  return { type, id };
}

/** A modal as sent on Submit. */
export function buildModalSubmit(
  sandbox: Sandbox,
  submit: { user: User; custom_id: string; fields: Fields },
): Interaction {
  const { world } = sandbox;
  const { user, custom_id, fields } = submit;
  const opener = findModalOpener(world, user.id, custom_id);
  const channel = world.channels.get(opener?.channel_id ?? '');
  if (!opener || !channel) throw new InputProblem(`${user.username} has no modal "${custom_id}" open`);
  const modal = modalSchema.parse(opener.response?.data);
  const components = modal.components.map((component) => toSubmittedComponent(component, fields));
  const message = world.messages.get(opener.source_message_id ?? '');
  const data = { custom_id, components };
  return buildInteraction(sandbox, { type: interactionTypes.modal, data, user, channel, message });
}
