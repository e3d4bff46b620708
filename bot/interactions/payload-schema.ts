import { z } from 'zod';
import { toStorable } from '#domain/platform/text/storable-text.ts';

export const snowflake = z.string().regex(/^\d{1,20}$/);
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

/** Numbers, and texts of all other types: users, roles and channels arrive as their ids. */
const optionSchema = z.object({
  name: z.string(),
  type: z.number(),
  value: z.union([typedText, z.number(), z.boolean()]).optional(),
  focused: z.boolean().optional(),
});
// Discord nests two levels at most: a group holds subcommands, and a subcommand holds options.
const subcommandSchema = optionSchema.extend({ options: z.array(optionSchema).default([]) });
const groupSchema = optionSchema.extend({ options: z.array(subcommandSchema).default([]) });
const commandDataSchema = z.object({
  name: z.string(),
  type: z.number().default(1),
  options: z.array(groupSchema).default([]),
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
/** A component of our own message, as Discord returns it; only selects have options. */
const messageComponentSchema = z.object({
  custom_id: z.string().optional(),
  options: z.array(z.object({ value: z.string(), default: z.boolean().default(false) })).default([]),
  get components() {
    return z.array(messageComponentSchema).default([]);
  },
});
const messageSchema = z.object({
  id: snowflake,
  flags: z.number().default(0),
  // Messages of older versions may hold anything; only the choices in them are read.
  components: z.array(messageComponentSchema).catch([]),
});

export const payloadSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal(1) }),
  z.object({ type: z.literal(2), ...sourceSchema, data: commandDataSchema }),
  z.object({
    type: z.literal(3),
    ...sourceSchema,
    data: z.object({ custom_id: z.string(), values: z.array(typedText).default([]) }),
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
export type SourcedPayload = Exclude<Payload, { type: 1 }>;
export type OptionPayload = z.output<typeof groupSchema>;
export type MessageComponentPayload = z.output<typeof messageComponentSchema>;
export type ModalRowPayload = z.output<typeof modalRowSchema>;
