import { getBotContext } from '#bot/bot-context.ts';
import { DiscordError } from '#bot/discord-error.ts';
import { createMessage, openDirectChannel } from '#bot/discord-requests.ts';
import { buildDecisionMessage } from '#bot/messages/request-message.ts';
import { creditRequestCancelled, creditRequestDecided, creditRequestExpired, inngest } from '#inngest';
import { getCreditBalances } from '#store/credits/get-credit-balances.ts';
import { getCreditRequest } from '#store/credits/get-credit-request.ts';
import { callDiscord } from './discord-retry.ts';
import { toMessageNonce } from './message-nonce.ts';
import { refreshRequestCard } from './request-card.ts';

/** The person takes no messages from us: closed direct messages, or no server in common. */
const unreachableCodes = new Set([50007, 50278]);

async function tellRequester(request_id: string): Promise<{ told: boolean; reason: string | null }> {
  const context = getBotContext();
  const request = await getCreditRequest(context.store, { request_id });
  if (!request) return { told: false, reason: 'request_not_found' };
  const { discord_user_id, player_id } = request;
  if (!discord_user_id) return { told: false, reason: 'not_linked' };
  const balances = await getCreditBalances(context.store, { player_id });
  const message = buildDecisionMessage(request, balances, context.webUrl);
  const nonce = toMessageNonce('d', request_id);
  return callDiscord(async () => {
    try {
      const channelId = await openDirectChannel(context.rest, discord_user_id);
      await createMessage(context.rest, channelId, message, nonce);
      return { told: true, reason: null };
    } catch (error) {
      if (error instanceof DiscordError && unreachableCodes.has(error.code)) {
        return { told: false, reason: 'direct_messages_closed' };
      }
      throw error;
    }
  });
}

/**
 * A request is closed → the card says who decided, when and why, and the requester gets a direct message.
 *
 *   refresh-card     shows the request as it is now; no card yet = post-request-card settles it when it posts
 *   tell-requester   with the balance as it is now; closed direct messages are noted, not a failure
 *
 * Both happen whatever becomes of the other. Discord away: retried for hours; the web shows the decision anyway.
 */
export const announceRequestDecision = inngest.createFunction(
  {
    id: 'announce-request-decision',
    triggers: [creditRequestDecided, creditRequestCancelled, creditRequestExpired],
    retries: 15,
    idempotency: 'event.data.request_id',
  },
  async ({ event, step }) => {
    const { request_id } = event.data;
    const refreshing = step.run('refresh-card', () => refreshRequestCard(getBotContext(), request_id));
    const telling = step.run('tell-requester', () => tellRequester(request_id));
    const [card, notice] = await Promise.allSettled([refreshing, telling]);
    if (card.status === 'rejected') throw card.reason;
    if (notice.status === 'rejected') throw notice.reason;
    return { card_refreshed: card.value, ...notice.value };
  },
);
