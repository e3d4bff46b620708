import type { CreditRequest } from '#domain/credits/credit-request.ts';
import { getCreditRequest } from '#store/credits/get-credit-request.ts';
import { getRequestCard } from '#store/credits/get-request-card.ts';
import { recordRequestCard } from '#store/credits/record-request-card.ts';
import { listGuilds } from '#store/roles/list-guilds.ts';
import type { BotContext } from '../bot-context.ts';
import type { MessageBody } from '../platform/message.ts';
import { callDiscord } from '../transport/call-discord.ts';
import { DiscordError } from '../transport/discord-error.ts';
import { toMessageNonce } from '../transport/message-nonce.ts';
import { buildRequestCard } from './request-message.ts';

/** Where a message is. */
export interface PostedMessage {
  channel_id: string;
  message_id: string;
}

/** The card's fate: never posted, shows the request, or made unreachable by someone on the server. */
export type CardOutcome = 'none' | 'refreshed' | 'posted_again' | 'deleted' | 'channel_closed';

/** Someone deleted the message or its channel. */
const goneCodes = new Set([10008, 10003]);
/** The channel exists but is closed to the bot. */
const closedCodes = new Set([50001, 50013]);

const isCode = (error: unknown, codes: ReadonlySet<number>): boolean =>
  error instanceof DiscordError && codes.has(error.code);

/** The channel in which approvers decide: that of the oldest guild that has one. Null if none is set up. */
export async function findApprovalsChannel(context: BotContext): Promise<string | null> {
  const guilds = await listGuilds(context.store);
  return guilds.find(({ approvals_channel_id }) => approvals_channel_id)?.approvals_channel_id ?? null;
}

/**
 * Posts a card or reminder. Null if the channel was deleted or is closed to the bot; the request then waits
 * on the web.
 */
export async function postForApprovers(
  context: BotContext,
  { channelId, message, nonce }: { channelId: string; message: MessageBody; nonce: string },
): Promise<PostedMessage | null> {
  return callDiscord(async () => {
    try {
      // The same nonce again gives the message that is already there.
      const body = { ...message, nonce, enforce_nonce: true };
      const { id, channel_id } = await context.discord.channels.createMessage(channelId, body);
      return { message_id: id, channel_id };
    } catch (error) {
      if (isCode(error, goneCodes) || isCode(error, closedCodes)) return null;
      throw error;
    }
  });
}

/** Redraws a card or the summary. Someone on the server may have deleted it, or closed the channel to the bot. */
export async function editForApprovers(
  context: BotContext,
  { channel_id, message_id }: PostedMessage,
  message: MessageBody,
): Promise<'refreshed' | 'deleted' | 'channel_closed'> {
  return callDiscord(async () => {
    try {
      await context.discord.channels.editMessage(channel_id, message_id, message);
      return 'refreshed';
    } catch (error) {
      if (isCode(error, goneCodes)) return 'deleted';
      if (isCode(error, closedCodes)) return 'channel_closed';
      throw error;
    }
  });
}

/** An open request needs a card to be decided on, so it gets a new one; a closed request does not. */
async function replaceCard(
  context: BotContext,
  request: CreditRequest,
  deletedId: string,
): Promise<CardOutcome> {
  const channelId = request.state === 'pending' ? await findApprovalsChannel(context) : null;
  if (!channelId) return 'deleted';
  const message = buildRequestCard(request, context.webUrl);
  const nonce = toMessageNonce('c', deletedId);
  const posted = await postForApprovers(context, { channelId, message, nonce });
  if (!posted) return 'channel_closed';
  await recordRequestCard(context.store, {
    request_id: request.id,
    ...posted,
    replaces_message_id: deletedId,
  });
  return 'posted_again';
}

/**
 * Redraws the card, if there is one, from the current state of the request. A card deleted by a moderator is
 * not a failure.
 */
export async function refreshRequestCard(context: BotContext, request_id: string): Promise<CardOutcome> {
  const card = await getRequestCard(context.store, { request_id });
  const request = await getCreditRequest(context.store, { request_id });
  if (!card || !request) return 'none';
  const message = buildRequestCard(request, context.webUrl);
  const outcome = await editForApprovers(context, card, message);
  return outcome === 'deleted' ? replaceCard(context, request, card.message_id) : outcome;
}
