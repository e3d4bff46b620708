import { getBotContext } from '#bot/bot-context.ts';
import { completeInteraction } from '#bot/interactions/complete-interaction.ts';
import { logFailure } from '#domain/platform/log.ts';
import { inngest, interactionsUnfinished } from '#inngest';
import { listUnfinishedInteractions } from '#store/platform/list-unfinished-interactions.ts';

/**
 * Interactions were written down but never answered (the process ended in between) → they are executed and answered.
 * What they change is keyed by the interaction id, so doing it again has no second effect.
 *
 *   complete-all    one step, because the interactions carry Discord's tokens, which step results must not keep
 *
 * The database asks for this every 5 s while any is open, for 15 minutes each: as long as Discord takes an answer.
 * So one failing is left to the next call, and the step itself is retried only when the database is away.
 */
export const completeInteractions = inngest.createFunction(
  { id: 'complete-interactions', triggers: [interactionsUnfinished], retries: 2, concurrency: 1 },
  async ({ step }) =>
    step.run('complete-all', async () => {
      const context = getBotContext();
      const unfinished = await listUnfinishedInteractions(context.store, { max_rows: 50 });
      let completed_count = 0;
      for (const interaction of unfinished) {
        try {
          await completeInteraction(interaction, context);
          completed_count += 1;
        } catch (error) {
          logFailure('interaction not completed yet', error, { interaction_id: interaction.id });
        }
      }
      return { completed_count, open_count: unfinished.length - completed_count };
    }),
);
