import { getRequestSummary } from '#store/credits/get-request-summary.ts';
import { recordRequestSummary } from '#store/credits/record-request-summary.ts';
import type { BotContext } from '../bot-context.ts';
import { toMessageNonce } from '../transport/message-nonce.ts';
import { editForApprovers, findApprovalsChannel, postForApprovers } from './request-card.ts';
import { buildRequestSummary } from './request-summary-message.ts';

/** The summary's fate: none is needed, it was edited in place, posted, or made unreachable by someone on the server. */
export type SummaryOutcome = 'none' | 'refreshed' | 'posted' | 'channel_closed';

/**
 * Draws the summary of the approvals channel from what waits now. The message is posted when the first request waits,
 * then edited in place, and posted again if somebody deleted it.
 */
export async function refreshRequestSummary(context: BotContext): Promise<SummaryOutcome> {
  const channel_id = await findApprovalsChannel(context);
  if (!channel_id) return 'none';
  const summary = await getRequestSummary(context.store, { channel_id });
  const { message_id } = summary;
  if (!message_id && summary.waiting_count === 0) return 'none';
  const message = buildRequestSummary(summary, context.webUrl);
  const edited = message_id
    ? await editForApprovers(context, { channel_id, message_id }, message)
    : 'deleted';
  if (edited !== 'deleted') return edited;
  // A retry finds the message that it posted before; a replacement is another one.
  const nonce = toMessageNonce('s', message_id ?? channel_id);
  const posted = await postForApprovers(context, { channelId: channel_id, message, nonce });
  if (!posted) return 'channel_closed';
  const replaces_message_id = message_id ?? undefined;
  await recordRequestSummary(context.store, {
    ...{ channel_id, message_id: posted.message_id },
    ...(replaces_message_id ? { replaces_message_id } : {}),
  });
  return 'posted';
}
