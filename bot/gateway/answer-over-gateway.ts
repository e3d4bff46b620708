import { Routes } from 'discord-api-types/v10';
import { logFailure } from '#domain/platform/log.ts';
import type { BotContext } from '../bot-context.ts';
import { answerInteraction } from '../interactions/answer-interaction.ts';
import { parseInteraction } from '../interactions/parse-interaction.ts';

/** Answers an interaction from the gateway with the same handlers as HTTP. Never throws. */
export async function answerOverGateway(payload: unknown, context: BotContext): Promise<void> {
  const interaction = parseInteraction(payload);
  if (!interaction || interaction.kind === 'ping') return;
  try {
    const { response, afterwards } = await answerInteraction(interaction, context);
    const route = Routes.interactionCallback(interaction.id, interaction.token);
    await context.discord.rest.post(route, { auth: false, body: response });
    await afterwards;
  } catch (error) {
    logFailure('interaction not answered', error, { interaction_id: interaction.id });
  }
}
