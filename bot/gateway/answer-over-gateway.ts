import { logFailure } from '#domain/platform/log.ts';
import { answerInteraction } from '../interactions/answer-interaction.ts';
import type { BotContext } from '../interactions/command.ts';
import { parseInteraction } from '../interactions/interaction.ts';
import { createInteractionResponse } from '../transport/discord-requests.ts';

/** Answers an interaction from the gateway with the same handlers as HTTP. Never throws. */
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
