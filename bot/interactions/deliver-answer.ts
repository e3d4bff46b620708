import type { MessageBody } from '../platform/message.ts';
import { DiscordError } from '../transport/discord-error.ts';
import type { InteractionContext } from './command.ts';

/** Discord's answer before it has processed the acknowledgement, which may still be in flight. */
const notYetCodes = new Set([10008, 10015]);
const retryDelaysMs = [100, 300, 900, 1_500];

/**
 * Fills in the acknowledged answer. Retries if it overtakes its acknowledgement; throws if Discord refuses it
 * for good or cannot be reached.
 */
export async function deliverAnswer(
  interaction: { token: string },
  message: MessageBody,
  context: InteractionContext,
): Promise<void> {
  for (const delayMs of retryDelaysMs) {
    try {
      await context.editAnswer(interaction.token, message);
      return;
    } catch (error) {
      if (!(error instanceof DiscordError && notYetCodes.has(error.code))) throw error;
      await context.clock.sleep(delayMs);
    }
  }
  await context.editAnswer(interaction.token, message);
}
