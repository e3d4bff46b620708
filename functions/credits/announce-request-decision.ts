import type { BotContext } from '#bot/bot-context.ts';
import { refreshRequestCard } from '#bot/credits/request-card.ts';
import { buildDecisionMessage } from '#bot/credits/request-message.ts';
import { callDiscord } from '#bot/transport/call-discord.ts';
import { DiscordError } from '#bot/transport/discord-error.ts';
import { toMessageNonce } from '#bot/transport/message-nonce.ts';
import type { RequesterNotice } from '#domain/credits/vocabulary.ts';
import { creditRequestCancelled, creditRequestDecided, creditRequestExpired, inngest } from '#inngest';
import { getCreditBalances } from '#store/credits/get-credit-balances.ts';
import { getCreditRequest } from '#store/credits/get-credit-request.ts';
import { recordRequestNotice } from '#store/credits/record-request-notice.ts';

/** The user accepts no messages from us: direct messages are closed, or there is no common server. */
const unreachableCodes = new Set([50007, 50278]);

async function tellRequester(context: BotContext, request_id: string): Promise<RequesterNotice | null> {
  const request = await getCreditRequest(context.store, { request_id });
  if (!request) return null;
  const { discord_user_id, player_id } = request;
  // Players are not notified about proposals that moved nothing.
  if (request.kind !== 'request' && request.state !== 'approved') return null;
  if (!discord_user_id) return 'unlinked';
  const balances = await getCreditBalances(context.store, { player_id });
  const message = buildDecisionMessage(request, balances, context.webUrl);
  const nonce = toMessageNonce('d', request_id);
  return callDiscord(async () => {
    try {
      const { users, channels } = context.discord;
      // Succeeds even for players who accept no messages.
      const { id } = await users.createDM(discord_user_id);
      await channels.createMessage(id, { ...message, nonce, enforce_nonce: true });
      return 'delivered';
    } catch (error) {
      if (error instanceof DiscordError && unreachableCodes.has(error.code)) return 'closed';
      throw error;
    }
  });
}

/**
 * A request is closed → the card shows who decided, when and why, and the requester gets a direct message.
 *
 *   refresh-card     redraws the card; without one, post-request-card settles it when it posts
 *   tell-requester   includes the current balance; closed direct messages are recorded, not an error
 *   note-telling     records whether the message arrived and updates the card
 *
 * The first two steps are independent. If Discord is down, they are retried for hours; the web shows the
 * decision anyway. A card that a moderator deleted ends as `deleted`, which is not a failure: a closed
 * request needs no card.
 */
export const createAnnounceRequestDecision = (context: BotContext) =>
  inngest.createFunction(
    {
      id: 'announce-request-decision',
      triggers: [creditRequestDecided, creditRequestCancelled, creditRequestExpired],
      retries: 15,
      // If an admin runs it again, that counts as a new intention.
      idempotency: 'event.data.request_id + event.data.repeat_id',
    },
    async ({ event, step }) => {
      const { request_id } = event.data;
      const refreshing = step.run('refresh-card', () => refreshRequestCard(context, request_id));
      const telling = step.run('tell-requester', () => tellRequester(context, request_id));
      const [card, told] = await Promise.allSettled([refreshing, telling]);
      if (card.status === 'rejected') throw card.reason;
      if (told.status === 'rejected') throw told.reason;
      const notice = told.value;
      if (notice === null) return { card: card.value, notice };
      const noted = await step.run('note-telling', async () => {
        await recordRequestNotice(context.store, { request_id, notice });
        return refreshRequestCard(context, request_id);
      });
      return { card: noted, notice };
    },
  );
