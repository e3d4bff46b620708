import { NonRetriableError } from 'inngest';
import type { BotContext } from '#bot/bot-context.ts';
import { findApprovalsChannel, postForApprovers, refreshRequestCard } from '#bot/credits/request-card.ts';
import { buildRequestCard } from '#bot/credits/request-message.ts';
import { toMessageNonce } from '#bot/transport/message-nonce.ts';
import type { CreditRequest } from '#domain/credits/credit-request.ts';
import { creditRequestCreated, inngest } from '#inngest';
import { getCreditRequest } from '#store/credits/get-credit-request.ts';
import { recordRequestCard } from '#store/credits/record-request-card.ts';

/** Whether the request is unchanged since it was created. */
function isUntouched({ state, decisions }: CreditRequest): boolean {
  return state === 'pending' && decisions.length === 0;
}

/**
 * A request was created → a card with Approve and Reject in the approvals channel.
 *
 *   post-card      posts it; the nonce is the request's, so a retry finds the first card instead of posting another
 *   record-card    stores which message shows the request
 *   settle-card    redraws it if the request changed: a decision may have overtaken the card
 *
 * If Discord is down, it is retried for hours. Without an approvals channel, or if it is closed to the bot,
 * the run ends and the request waits on the web.
 */
export const createPostRequestCard = (context: BotContext) =>
  inngest.createFunction(
    {
      id: 'post-request-card',
      triggers: [creditRequestCreated],
      retries: 15,
      // If an admin runs it again, that counts as a new intention.
      idempotency: 'event.data.request_id + event.data.repeat_id',
    },
    async ({ event, step }) => {
      const { request_id } = event.data;
      const card = await step.run('post-card', async () => {
        const request = await getCreditRequest(context.store, { request_id });
        if (!request) throw new NonRetriableError(`there is no request ${request_id}`);
        const channelId = await findApprovalsChannel(context);
        if (!channelId) return null;
        const message = buildRequestCard(request, context.webUrl);
        const nonce = toMessageNonce('c', request_id);
        return postForApprovers(context, { channelId, message, nonce });
      });
      if (!card)
        return { posted: false, reason: 'no guild has an approvals channel that the bot can write to' };
      const { channel_id, message_id } = card;
      await step.run('record-card', () =>
        recordRequestCard(context.store, { request_id, channel_id, message_id }),
      );
      await step.run('settle-card', async () => {
        const request = await getCreditRequest(context.store, { request_id });
        // The posted card may be older than what a retry of the first step read.
        if (request && !isUntouched(request)) await refreshRequestCard(context, request_id);
      });
      return { posted: true, channel_id, message_id };
    },
  );
