import type { BotContext } from '#bot/bot-context.ts';
import { findApprovalsChannel, postForApprovers } from '#bot/credits/request-card.ts';
import { buildRequestReminder } from '#bot/credits/request-message.ts';
import { toMessageNonce } from '#bot/transport/message-nonce.ts';
import { creditRequestReminderDue, inngest } from '#inngest';
import { getCreditRequest } from '#store/credits/get-credit-request.ts';

/**
 * A request has waited longer than the policy allows → one reminder in the approvals channel, unless it was
 * decided meanwhile. The database schedules reminders and expiry, so no run has to sleep.
 *
 *   post-reminder    reads the request again; the nonce is the request's, so a retry posts no second reminder
 *
 * If Discord is down, it is retried eight times and then given up: the request stays open on the web.
 */
export const createRemindApprovers = (context: BotContext) =>
  inngest.createFunction(
    {
      id: 'remind-approvers',
      triggers: [creditRequestReminderDue],
      retries: 8,
      // If an admin runs it again, that counts as a new intention.
      idempotency: 'event.data.request_id + event.data.repeat_id',
    },
    async ({ event, step }) => {
      const { request_id } = event.data;
      const reminded = await step.run('post-reminder', async () => {
        const request = await getCreditRequest(context.store, { request_id });
        const channelId = await findApprovalsChannel(context);
        if (request?.state !== 'pending' || !channelId) return false;
        const message = buildRequestReminder(request, context.webUrl);
        const nonce = toMessageNonce('r', request_id);
        return Boolean(await postForApprovers(context, { channelId, message, nonce }));
      });
      return { reminded };
    },
  );
