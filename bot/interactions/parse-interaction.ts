import type { ComponentInteraction, Interaction, InteractionSource, OptionValue } from './interaction.ts';
import {
  type MessageComponentPayload,
  type ModalRowPayload,
  type OptionPayload,
  payloadSchema,
  type SourcedPayload,
} from './payload-schema.ts';

const ephemeralFlag = 64;
/** Option types that hold other options: subcommands and groups of them. */
const nestingTypes = [1, 2];

function toSource(payload: SourcedPayload): InteractionSource | null {
  const user = payload.member?.user ?? payload.user;
  if (!user) return null;
  const { id, token, locale } = payload;
  const guild_id = payload.guild_id ?? null;
  return { id, token, guild_id, locale, user: { id: user.id, username: user.username } };
}

type Option = Omit<OptionPayload, 'options'> & { options?: Option[] };

/** Follows the one chosen subcommand, and its group, down to the options that hold values. */
function unnest(
  options: readonly Option[],
  path: string[] = [],
): { path: string[]; options: readonly Option[] } {
  const nested = options.find(({ type }) => nestingTypes.includes(type));
  return nested ? unnest(nested.options ?? [], [...path, nested.name]) : { path, options };
}

function readCommand(data: { name: string; options: OptionPayload[] }) {
  const { path, options } = unnest(data.options);
  const given = options.flatMap(({ name, value }): [string, OptionValue][] =>
    value === undefined ? [] : [[name, value]],
  );
  const focused = options.find((option) => option.focused);
  return {
    name: data.name,
    subcommand: path.join(' '),
    options: Object.fromEntries(given),
    focused: { name: focused?.name ?? '', text: String(focused?.value ?? '') },
  };
}

function toFields(rows: readonly ModalRowPayload[]): Record<string, string> {
  const fields = rows.flatMap((row) => [
    ...(row.component ? [row.component] : []),
    ...(row.components ?? []),
  ]);
  return Object.fromEntries(fields.map((field) => [field.custom_id, field.value ?? field.values?.[0] ?? '']));
}

function listPicked(components: readonly MessageComponentPayload[]): [string, string[]][] {
  return components.flatMap(({ custom_id, options, components: inner }) => {
    const picked = options.filter((option) => option.default).map(({ value }) => value);
    const own: [string, string[]][] =
      custom_id !== undefined && picked.length > 0 ? [[custom_id, picked]] : [];
    return [...own, ...listPicked(inner)];
  });
}

type ComponentPayload = Extract<SourcedPayload, { type: 3 | 5 }>;

function toComponent(payload: ComponentPayload, source: InteractionSource): ComponentInteraction {
  const { message } = payload;
  return {
    ...source,
    kind: 'component',
    custom_id: payload.data.custom_id,
    fields: payload.type === 5 ? toFields(payload.data.components) : {},
    values: payload.type === 3 ? payload.data.values : [],
    picked: Object.fromEntries(listPicked(message?.components ?? [])),
    is_on_ephemeral_message: ((message?.flags ?? 0) & ephemeralFlag) !== 0,
  };
}

/** Parses Discord's payload. Null if it is not an interaction that we support. */
export function parseInteraction(payload: unknown): Interaction | null {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return null;
  if (parsed.data.type === 1) return { kind: 'ping' };
  const source = toSource(parsed.data);
  if (!source) return null;
  switch (parsed.data.type) {
    case 2: {
      const { focused: _, ...command } = readCommand(parsed.data.data);
      return { ...source, kind: 'command', ...command, target_id: parsed.data.data.target_id ?? null };
    }
    case 4:
      return { ...source, kind: 'autocomplete', ...readCommand(parsed.data.data) };
    default:
      return toComponent(parsed.data, source);
  }
}
