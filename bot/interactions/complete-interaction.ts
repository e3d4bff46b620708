import { finishInteraction } from '#store/platform/finish-interaction.ts';
import type { UnfinishedInteraction } from '#store/platform/list-unfinished-interactions.ts';
import { DiscordError } from '../transport/discord-error.ts';
import type { InteractionContext } from './command.ts';
import { actingInteractionSchema } from './interaction.ts';
import { resolveJob } from './resolve-job.ts';

/** The interaction's token has expired or was never acknowledged, so nobody waits for the answer. */
const unanswerableCodes = new Set([10008, 10015, 10062, 50027]);

/**
 * Executes and answers an interaction whose process ended before the answer. Effects are keyed by the
 * interaction id, so nothing is done twice. Throws if it should be retried.
 */
export async function completeInteraction(
  unfinished: UnfinishedInteraction,
  context: InteractionContext,
): Promise<void> {
  const startedAtMs = context.clock.now();
  const interaction = actingInteractionSchema.parse(unfinished.payload);
  const { message, outcome } = await resolveJob(interaction).execute(context);
  try {
    await context.editAnswer(interaction.token, message);
  } catch (error) {
    if (!(error instanceof DiscordError && unanswerableCodes.has(error.code))) throw error;
  }
  const duration_ms = Math.round(context.clock.now() - startedAtMs);
  await finishInteraction(context.store, {
    interaction_id: interaction.id,
    response: message,
    outcome,
    duration_ms,
  });
}
