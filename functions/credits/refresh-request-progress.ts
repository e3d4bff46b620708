import { getBotContext } from '#bot/bot-context.ts';
import { refreshRequestCard } from '#bot/credits/request-card.ts';
import { creditRequestFirstApproved, inngest } from '#inngest';

/**
 * The first of two approvers agreed → the card says so and keeps its buttons; one that was deleted is posted again.
 * One step, safe to repeat: the card is drawn from the request as it is by then.
 */
export const refreshRequestProgress = inngest.createFunction(
  { id: 'refresh-request-progress', triggers: [creditRequestFirstApproved], retries: 8 },
  async ({ event, step }) => {
    const { request_id } = event.data;
    return { card: await step.run('refresh-card', () => refreshRequestCard(getBotContext(), request_id)) };
  },
);
