import type { BotContext } from '#bot/command.ts';
import { editMessage } from '#bot/discord-requests.ts';
import { buildRequestCard } from '#bot/messages/request-message.ts';
import { getCreditRequest } from '#store/credits/get-credit-request.ts';
import { getRequestCard } from '#store/discord/get-request-card.ts';
import { listGuilds } from '#store/discord/list-guilds.ts';
import { callDiscord } from './discord-retry.ts';

/** The channel in which approvers decide: of the oldest guild that has one. Null when none is set up. */
export async function findApprovalsChannel(context: BotContext): Promise<string | null> {
  const guilds = await listGuilds(context.store);
  return guilds.find(({ approvals_channel_id }) => approvals_channel_id)?.approvals_channel_id ?? null;
}

/** Makes the card, if there is one, show the request as it is now. Gives whether there is one. */
export async function refreshRequestCard(context: BotContext, request_id: string): Promise<boolean> {
  const card = await getRequestCard(context.store, { request_id });
  const request = await getCreditRequest(context.store, { request_id });
  if (!card || !request) return false;
  const message = buildRequestCard(request, context.webUrl);
  await callDiscord(() => editMessage(context.rest, card.channel_id, card.message_id, message));
  return true;
}
