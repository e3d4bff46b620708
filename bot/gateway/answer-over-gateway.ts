import { answerInteraction } from '../answer-interaction.ts';
import type { BotContext } from '../command.ts';
import { createInteractionResponse } from '../discord-requests.ts';
import { parseInteraction } from '../interaction.ts';
import { logFailure } from '../log.ts';

/** Answers an interaction that came over the gateway with the handlers that answer HTTP. Never throws. */
export async function answerOverGateway(payload: unknown, context: BotContext): Promise<void> {
  const interaction = parseInteraction(payload);
  if (!interaction || interaction.kind === 'ping') return;
  try {
    const { response, afterwards } = await answerInteraction(interaction, context);
    await createInteractionResponse(context.rest, interaction, response);
    await afterwards;
  } catch (error) {
    logFailure('interaction not answered', error, { interaction_id: interaction.id });
  }
}
