import { z } from 'zod';
import { toStorable } from '#domain/platform/text/storable-text.ts';

const snowflake = z.string().regex(/^\d{1,20}$/);
/**
 * Text that a person typed, without characters that cannot be stored. Discord does not show them, so nobody
 * could correct them.
 */
const typedText = z.string().transform(toStorable);
const userSchema = z.object({
  id: snowflake,
  username: typedText.default(''),
  global_name: typedText.nullish(),
});
const sourceSchema = {
  id: snowflake,
  application_id: snowflake,
  token: z.string().min(1),
  guild_id: snowflake.optional(),
  channel_id: snowflake.optional(),
  locale: z.string().default('en-US'),
  member: z.object({ user: userSchema, permissions: z.string().default('0') }).optional(),
  user: userSchema.optional(),
};
const optionSchema = z.object({
  name: z.string(),
  type: z.number(),
  value: z.union([typedText, z.number(), z.boolean()]).optional(),
  focused: z.boolean().optional(),
});
const commandDataSchema = z.object({
  name: z.string(),
  type: z.number().default(1),
  options: z.array(optionSchema).default([]),
  target_id: snowflake.optional(),
});
const fieldSchema = z.object({
  custom_id: z.string(),
  value: typedText.optional(),
  values: z.array(typedText).optional(),
});
const modalRowSchema = z.object({
  component: fieldSchema.optional(),
  components: z.array(fieldSchema).optional(),
});
const messageSchema = z.object({ id: snowflake, flags: z.number().default(0) });

const payloadSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal(1) }),
  z.object({ type: z.literal(2), ...sourceSchema, data: commandDataSchema }),
  z.object({
    type: z.literal(3),
    ...sourceSchema,
    data: z.object({ custom_id: z.string(), values: z.array(z.string()).default([]) }),
    message: messageSchema,
  }),
  z.object({ type: z.literal(4), ...sourceSchema, data: commandDataSchema }),
  z.object({
    type: z.literal(5),
    ...sourceSchema,
    data: z.object({ custom_id: z.string(), components: z.array(modalRowSchema) }),
    message: messageSchema.optional(),
  }),
]);
type Payload = z.output<typeof payloadSchema>;
type Sourced = Exclude<Payload, { type: 1 }>;

export type OptionValue = string | number | boolean;

const source = {
  id: snowflake,
  token: z.string(),
  guild_id: snowflake.nullable(),
  user: z.object({ id: snowflake, username: z.string() }),
  locale: z.string(),
};
const optionValues = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const commandInteraction = z.object({
  kind: z.literal('command'),
  ...source,
  name: z.string(),
  options: optionValues,
  target_id: snowflake.nullable(),
});
const componentInteraction = z.object({
  kind: z.literal('component'),
  ...source,
  custom_id: z.string(),
  fields: z.record(z.string(), z.string()),
  is_on_ephemeral_message: z.boolean(),
});

/** How an interaction is stored until it is completed. */
export const actingInteractionSchema = z.discriminatedUnion('kind', [
  commandInteraction,
  componentInteraction,
]);

/** A slash or context-menu command. */
export type CommandInteraction = z.output<typeof commandInteraction>;

/**
 * A click on a button, or a submitted form (`fields` is empty for buttons). `is_on_ephemeral_message` is
 * false if others can see the message it belongs to, or if there is none.
 */
export type ComponentInteraction = z.output<typeof componentInteraction>;
export type ActingInteraction = z.output<typeof actingInteractionSchema>;

/** A person is typing into an option. */
export interface AutocompleteInteraction extends Omit<CommandInteraction, 'kind' | 'target_id'> {
  kind: 'autocomplete';
  focused: { name: string; text: string };
}

export type Interaction = { kind: 'ping' } | AutocompleteInteraction | ActingInteraction;
type Source = Pick<CommandInteraction, keyof typeof source>;

function toSource(payload: Sourced): Source | null {
  const user = payload.member?.user ?? payload.user;
  if (!user) return null;
  const { id, token, locale } = payload;
  const guild_id = payload.guild_id ?? null;
  return { id, token, guild_id, locale, user: { id: user.id, username: user.username } };
}

function toOptions(options: z.output<typeof optionSchema>[]): Record<string, OptionValue> {
  return Object.fromEntries(
    options.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
  );
}

function toFields(rows: z.output<typeof modalRowSchema>[]): Record<string, string> {
  const fields = rows.flatMap((row) => [
    ...(row.component ? [row.component] : []),
    ...(row.components ?? []),
  ]);
  return Object.fromEntries(fields.map((field) => [field.custom_id, field.value ?? field.values?.[0] ?? '']));
}

const ephemeralFlag = 64;

/** Parses Discord's payload. Null if it is not an interaction that we support. */
export function parseInteraction(payload: unknown): Interaction | null {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return null;
  if (parsed.data.type === 1) return { kind: 'ping' };
  const source = toSource(parsed.data);
  if (!source) return null;
  switch (parsed.data.type) {
    case 2: {
      const { name, options, target_id = null } = parsed.data.data;
      return { ...source, kind: 'command', name, options: toOptions(options), target_id };
    }
    case 4: {
      const { name, options } = parsed.data.data;
      const focused = options.find((option) => option.focused);
      const typed = { name: focused?.name ?? '', text: String(focused?.value ?? '') };
      return { ...source, kind: 'autocomplete', name, options: toOptions(options), focused: typed };
    }
    case 3:
    case 5: {
      const fields = parsed.data.type === 5 ? toFields(parsed.data.data.components) : {};
      const is_on_ephemeral_message = ((parsed.data.message?.flags ?? 0) & ephemeralFlag) !== 0;
      const { custom_id } = parsed.data.data;
      return { ...source, kind: 'component', custom_id, fields, is_on_ephemeral_message };
    }
  }
}
