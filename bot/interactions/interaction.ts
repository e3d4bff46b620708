import { z } from 'zod';
import { snowflake } from './payload-schema.ts';

export type OptionValue = string | number | boolean;

const source = {
  id: snowflake,
  token: z.string(),
  guild_id: snowflake.nullable(),
  user: z.object({ id: snowflake, username: z.string() }),
  locale: z.string(),
};
const optionValues = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const choices = z.array(z.string());

// Fields with a default may be missing from an interaction that an earlier version has stored.
const commandInteraction = z.object({
  kind: z.literal('command'),
  ...source,
  name: z.string(),
  /** Group and name of the subcommand, such as "credits grant"; empty without one. */
  subcommand: z.string().default(''),
  options: optionValues,
  target_id: snowflake.nullable(),
});
const componentInteraction = z.object({
  kind: z.literal('component'),
  ...source,
  custom_id: z.string(),
  fields: z.record(z.string(), z.string()),
  /** What was picked in a select. */
  values: choices.default([]),
  /** What the selects of the message already showed as picked, by their custom_id. */
  picked: z.record(z.string(), choices).default({}),
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
 * A click on a button, a choice in a select, or a submitted form (`fields` is empty for the others).
 * `is_on_ephemeral_message` is false if others can see the message it belongs to, or if there is none.
 */
export type ComponentInteraction = z.output<typeof componentInteraction>;
export type ActingInteraction = z.output<typeof actingInteractionSchema>;

/** A person is typing into an option. */
export interface AutocompleteInteraction extends Omit<CommandInteraction, 'kind' | 'target_id'> {
  kind: 'autocomplete';
  focused: { name: string; text: string };
}

export type Interaction = { kind: 'ping' } | AutocompleteInteraction | ActingInteraction;
export type InteractionSource = Pick<CommandInteraction, keyof typeof source>;
