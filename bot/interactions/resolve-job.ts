import { buildNotice } from '../platform/notice.ts';
import type { Delivery, InteractionContext, Modal, Reply } from './command.ts';
import { decodeCustomId } from './custom-id.ts';
import { findHandler, spellCommand } from './find-handler.ts';
import type { ActingInteraction } from './interaction.ts';
import { components } from './registry.ts';

/** One interaction, resolved to the handler that answers it. */
export interface Job {
  /** Name in the command log. */
  name: string;
  writes: boolean;
  delivery: Delivery;
  /** A form to open at once instead of executing. */
  open(context: InteractionContext): Promise<Modal | null>;
  execute(context: InteractionContext): Promise<Reply>;
}

function resolveOutdated(name: string, text: string): Job {
  const reply: Reply = { message: buildNotice('This is out of date', text), outcome: 'refused' };
  const open = () => Promise.resolve(null);
  return { name, writes: false, delivery: 'reply', open, execute: () => Promise.resolve(reply) };
}

/** Finds the handler. Unknown commands and buttons of older versions get an answer that states what to do. */
export function resolveJob(interaction: ActingInteraction): Job {
  if (interaction.kind === 'command') {
    const handler = findHandler(interaction);
    if (!handler) return resolveOutdated('unknown', 'This command no longer exists. Try `/help`.');
    return {
      name: spellCommand(interaction),
      writes: handler.writes,
      delivery: 'reply',
      open: async (context) => (await handler.open?.(interaction, context)) ?? null,
      execute: (context) => handler.execute(interaction, context),
    };
  }
  const customId = decodeCustomId(interaction.custom_id);
  const component = components.find((candidate) => candidate.action === customId?.action);
  const outdated = resolveOutdated(
    'outdated',
    'This button comes from an older version. Run the command again.',
  );
  if (!customId || !component) return outdated;
  if (component.kind === 'opens') {
    return { ...outdated, name: component.action, open: async () => component.open(customId.args) };
  }
  const isUpdatable = interaction.is_on_ephemeral_message;
  return {
    name: component.action,
    writes: component.writes,
    delivery: component.delivery === 'update' && !isUpdatable ? 'reply' : component.delivery,
    open: () => Promise.resolve(null),
    execute: (context) => component.execute(interaction, customId.args, context),
  };
}
