import type { BotContext } from '#bot/bot-context.ts';
import { refreshRequestCard } from '#bot/credits/request-card.ts';
import { buildEscalationMessage } from '#bot/credits/request-message.ts';
import { callDiscord } from '#bot/transport/call-discord.ts';
import { DiscordError } from '#bot/transport/discord-error.ts';
import { toMessageNonce } from '#bot/transport/message-nonce.ts';
import { creditRequestEscalated, inngest } from '#inngest';
import { getCreditRequest } from '#store/credits/get-credit-request.ts';
import {
  type EscalationRecipient,
  listEscalationRecipients,
} from '#store/credits/policies/list-escalation-recipients.ts';

/** The user accepts no messages from us: direct messages are closed, or there is no common server. */
const unreachableCodes = new Set([50007, 50278]);

/** Whether the direct message arrived; null if the request was decided meanwhile. */
async function tellApprover(
  context: BotContext,
  request_id: string,
  { discord_user_id }: EscalationRecipient,
): Promise<boolean | null> {
  const request = await getCreditRequest(context.store, { request_id });
  if (request?.state !== 'pending') return null;
  const message = buildEscalationMessage(request, context.webUrl);
  const nonce = toMessageNonce('e', request_id);
  return callDiscord(async () => {
    try {
      const { users, channels } = context.discord;
      const { id } = await users.createDM(discord_user_id);
      await channels.createMessage(id, { ...message, nonce, enforce_nonce: true });
      return true;
    } catch (error) {
      if (error instanceof DiscordError && unreachableCodes.has(error.code)) return false;
      throw error;
    }
  });
}

/**
 * A request was escalated → the person, or everybody with the role, gets a direct message with a link.
 *
 *   list-recipients   who is linked and may decide it now; none once it is decided
 *   tell-<player>     one step each, so that a retry tells nobody twice; closed direct messages are no error
 *   refresh-card      the card in the approvals channel says to whom it was escalated
 *
 * If Discord is down, each step is retried for hours; the web shows the request anyway.
 */
export const createEscalateRequest = (context: BotContext) =>
  inngest.createFunction(
    {
      id: 'escalate-request',
      triggers: [creditRequestEscalated],
      retries: 8,
      idempotency: 'event.data.request_id',
    },
    async ({ event, step }) => {
      const { request_id } = event.data;
      const recipients = await step.run('list-recipients', () =>
        listEscalationRecipients(context.store, { request_id }),
      );
      let told_count = 0;
      for (const recipient of recipients) {
        const told = await step.run(`tell-${recipient.player_id}`, () =>
          tellApprover(context, request_id, recipient),
        );
        if (told) told_count += 1;
      }
      const card = await step.run('refresh-card', () => refreshRequestCard(context, request_id));
      return { told_count, recipient_count: recipients.length, card };
    },
  );
