import type { BotContext } from '#bot/bot-context.ts';
import { refreshRequestCard } from '#bot/credits/request-card.ts';
import { creditRequestFirstApproved, inngest } from '#inngest';

/**
 * The first of two approvers agreed → the card shows it and keeps its buttons; a deleted card is posted
 * again. One idempotent step: the card is drawn from the current request.
 */
export const createRefreshRequestProgress = (context: BotContext) =>
  inngest.createFunction(
    { id: 'refresh-request-progress', triggers: [creditRequestFirstApproved], retries: 8 },
    async ({ event, step }) => {
      const { request_id } = event.data;
      return { card: await step.run('refresh-card', () => refreshRequestCard(context, request_id)) };
    },
  );
