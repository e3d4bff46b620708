import type { BotContext } from '#bot/bot-context.ts';
import { completeInteraction } from '#bot/interactions/complete-interaction.ts';
import { logFailure } from '#domain/platform/log.ts';
import { inngest, interactionsUnfinished } from '#inngest';
import { listUnfinishedInteractions } from '#store/platform/list-unfinished-interactions.ts';

/**
 * Interactions were stored but never answered because their process ended → executes and answers them.
 * Effects are keyed by the interaction id, so a repetition has no second effect.
 *
 *   complete-all    one step, because interactions contain Discord tokens, which must not end up in step results
 *
 * The database asks for this every 5 s while any is open, for 15 minutes each: as long as Discord accepts an
 * answer. If one fails, the next call retries it; the step itself is retried only if the database is
 * unavailable.
 */
export const createCompleteInteractions = (context: BotContext) =>
  inngest.createFunction(
    { id: 'complete-interactions', triggers: [interactionsUnfinished], retries: 2, concurrency: 1 },
    async ({ step }) =>
      step.run('complete-all', async () => {
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
