import { creditNames } from '#domain/credits/credit-names.ts';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import type { RequestSummary } from '#store/credits/request-summary-schema.ts';
import { actions, encodeCustomId } from '../interactions/custom-id.ts';
import {
  accentColors,
  buildButton,
  buildContainer,
  buildLinkButton,
  buildMessage,
  buildRow,
  buildText,
  formatTime,
  type MessageBody,
} from '../platform/message.ts';

const countRequests = (count: number): string =>
  `${formatNumber(count)} ${count === 1 ? 'request' : 'requests'}`;

function formatTimes({ oldest_at, next_expiry_at, expiring_count }: RequestSummary): string {
  const oldest = oldest_at ? `Oldest requested ${formatTime(oldest_at)}` : '';
  const next = next_expiry_at ? `, the first ${formatTime(next_expiry_at)}` : '';
  const expiring = expiring_count > 0 ? `⏰ ${formatNumber(expiring_count)} expire within a day${next}` : '';
  return [oldest, expiring].filter(Boolean).join('\n');
}

/** The one message in the approvals channel that sums up what waits, with a way to decide several at once. */
export function buildRequestSummary(summary: RequestSummary, webUrl: string): MessageBody {
  const web = buildLinkButton('Open on the web', `${webUrl}/admin/requests`);
  if (summary.waiting_count === 0) {
    const text = buildText('### Nothing waits\nEvery request is decided.');
    return buildMessage(buildContainer(accentColors.calm, [text, buildRow(web)]));
  }
  const heading = `### ${countRequests(summary.waiting_count)} ${summary.waiting_count === 1 ? 'waits' : 'wait'}`;
  const lines = summary.types.map(
    ({ credit_type, waiting_count, amount }) =>
      `**${creditNames[credit_type]}** · ${countRequests(waiting_count)} · ${formatNumber(amount)} credits`,
  );
  const text = buildText([heading, ...lines, formatTimes(summary)].join('\n'));
  const bulk = buildButton('Decide in bulk…', encodeCustomId(actions.openBulk, {}));
  return buildMessage(buildContainer(accentColors.brand, [text, buildRow(bulk, web)]));
}
