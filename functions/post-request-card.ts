import { NonRetriableError } from 'inngest';
import { getBotContext } from '#bot/bot-context.ts';
import { buildRequestCard } from '#bot/messages/request-message.ts';
import type { CreditRequest } from '#domain/credits/credit-request.ts';
import { creditRequestCreated, inngest } from '#inngest';
import { getCreditRequest } from '#store/credits/get-credit-request.ts';
import { recordRequestCard } from '#store/discord/record-request-card.ts';
import { toMessageNonce } from './message-nonce.ts';
import { findApprovalsChannel, postForApprovers, refreshRequestCard } from './request-card.ts';

/** Changes whenever the card has to. */
function describeProgress({ state, decisions }: CreditRequest): string {
  return `${state}:${decisions.length}`;
}

/**
 * A request was made → a card with Approve and Reject in the approvals channel.
 *
 *   post-card      posts it; the nonce is the request's, so a retry finds the first card instead of posting another
 *   record-card    remembers which message shows the request
 *   settle-card    redraws it if the request was decided while the card was on its way
 *
 * Discord away: retried for hours. No approvals channel, or closed to the bot: ends; the request waits on the web.
 */
export const postRequestCard = inngest.createFunction(
  {
    id: 'post-request-card',
    triggers: [creditRequestCreated],
    retries: 15,
    idempotency: 'event.data.request_id',
  },
  async ({ event, step }) => {
    const { request_id } = event.data;
    const card = await step.run('post-card', async () => {
      const context = getBotContext();
      const request = await getCreditRequest(context.store, { request_id });
      if (!request) throw new NonRetriableError(`there is no request ${request_id}`);
      const channelId = await findApprovalsChannel(context);
      if (!channelId) return null;
      const message = buildRequestCard(request, context.webUrl);
      const nonce = toMessageNonce('c', request_id);
      const posted = await postForApprovers(context, { channelId, message, nonce });
      if (!posted) return null;
      const shown = describeProgress(request);
      return { channel_id: posted.channel_id, message_id: posted.id, shown };
    });
    if (!card)
      return { posted: false, reason: 'no guild has an approvals channel that the bot can write in' };
    const { channel_id, message_id, shown } = card;
    await step.run('record-card', () =>
      recordRequestCard(getBotContext().store, { request_id, channel_id, message_id }),
    );
    await step.run('settle-card', async () => {
      const request = await getCreditRequest(getBotContext().store, { request_id });
      if (request && describeProgress(request) !== shown)
        await refreshRequestCard(getBotContext(), request_id);
    });
    return { posted: true, channel_id, message_id };
  },
);
