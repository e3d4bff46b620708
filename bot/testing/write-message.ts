/*
 * Prints a message as a person reads it, top to bottom and complete: any changed word, line, button, colour
 * or id shows in the golden files.
 */

import { ButtonStyle, ComponentType, TextInputStyle } from 'discord-api-types/v10';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The attributes of a part other than its text, in a fixed order. */
const writeRest = (rest: Record<string, unknown>): string =>
  Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${JSON.stringify(value)}`)
    .join('');

function writeButton({ type: _, label, style, custom_id, url, disabled, ...rest }: Record<string, unknown>) {
  const off = disabled === true ? ' (disabled)' : '';
  return `[${label}] ${ButtonStyle[Number(style)]} → ${custom_id ?? url}${off}${writeRest(rest)}`;
}

function writeField({ type, style, custom_id, options, ...rest }: Record<string, unknown>): string[] {
  const look = style === undefined ? '' : ` ${TextInputStyle[Number(style)]}`;
  const choices = (Array.isArray(options) ? options : []).map((option) => `  ( )${writeRest(option)}`);
  return [`${ComponentType[Number(type)]}${look} ${custom_id}${writeRest(rest)}`, ...choices];
}

function writeComponent(part: unknown): string[] {
  if (!isRecord(part)) return [JSON.stringify(part)];
  const { type, components, ...rest } = part;
  const inner = Array.isArray(components) ? components : [];
  switch (type) {
    case ComponentType.Container: {
      const { accent_color, ...more } = rest;
      const color = `#${Number(accent_color).toString(16).padStart(6, '0')}`;
      return [`┏ ${color}${writeRest(more)}`, ...inner.flatMap(writeComponent).map((line) => `┃ ${line}`)];
    }
    case ComponentType.TextDisplay: {
      const { content, ...more } = rest;
      return `${content}${writeRest(more)}`.split('\n');
    }
    case ComponentType.Separator:
      return [`───${writeRest(rest)}`];
    case ComponentType.ActionRow:
      return [`row${writeRest(rest)}`, ...inner.flatMap(writeComponent).map((line) => `  ${line}`)];
    case ComponentType.Button:
      return [writeButton(part)];
    case ComponentType.Label: {
      const { label, component, ...more } = rest;
      return [`${label}${writeRest(more)}`, ...writeComponent(component).map((line) => `  ${line}`)];
    }
    default:
      return writeField(part);
  }
}

/** A message, a form, or a part of one. Names are in ⟨…⟩, which marks their isolation. */
export function writeMessage(message: unknown): string {
  if (!isRecord(message)) return String(message);
  const isPart = typeof message.type === 'number';
  const { components, ...rest } = message;
  const parts = isPart ? [message] : Array.isArray(components) ? components : [];
  const head = isPart ? [] : [writeRest(rest).trim()];
  return [...head, ...parts.flatMap(writeComponent)]
    .map((line) => line.trimEnd())
    .join('\n')
    .replaceAll('\u2068', '⟨')
    .replaceAll('\u2069', '⟩');
}
