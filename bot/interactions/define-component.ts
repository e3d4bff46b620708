import type { Component, Delivery, InteractionContext, Modal, Reply } from './command.ts';
import type { Action } from './custom-id.ts';
import type { ComponentInteraction } from './interaction.ts';

/** Reads an argument of a custom_id by its name; undefined when the button carries none. */
type ReadArg<Arg extends string> = (name: Arg) => string | undefined;

const createReader =
  <Arg extends string>({ args }: Action<Arg>, values: readonly string[]): ReadArg<Arg> =>
  (name) =>
    values[args.indexOf(name)];

/** A button that opens a form. Null if what it carries is out of date. */
export function defineOpening<Arg extends string>(
  action: Action<Arg>,
  open: (read: ReadArg<Arg>) => Modal | null,
): Component {
  return { kind: 'opens', action: action.id, open: (values) => open(createReader(action, values)) };
}

interface Execution<Arg extends string> {
  writes: boolean;
  delivery: Delivery;
  execute(interaction: ComponentInteraction, read: ReadArg<Arg>, context: InteractionContext): Promise<Reply>;
}

/** A button or a sent form that does something. */
export function defineExecution<Arg extends string>(
  action: Action<Arg>,
  { writes, delivery, execute }: Execution<Arg>,
): Component {
  return {
    ...{ kind: 'executes', action: action.id, writes, delivery },
    execute: (interaction, values, context) => execute(interaction, createReader(action, values), context),
  };
}
