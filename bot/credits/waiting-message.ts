import { countApprovals } from '#domain/credits/count-approvals.ts';
import type { CreditRequest } from '#domain/credits/credit-request.ts';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import {
  accentColors,
  buildContainer,
  buildLinkButton,
  buildMessage,
  buildRow,
  buildText,
  formatTime,
  type MessageBody,
} from '../platform/message.ts';
import { showText } from '../platform/shown-text.ts';
import type { WaitingRequests } from './list-waiting-requests.ts';
import { formatCredits } from './request-message.ts';

// Together these keep the message within Discord's limit, whatever the reasons contain.
const shownCountMax = 10;
const [nameLengthMax, reasonLengthMax] = [60, 140];

function formatWaiting(request: CreditRequest): string {
  const { given } = countApprovals(request);
  const progress = given > 0 ? ` · ${given} of ${request.approvals_needed} approvals` : '';
  const what = formatCredits(request.amount, request.credit_type);
  const who = showText(request.display_name, nameLengthMax);
  const expiry = `expires ${formatTime(request.expires_at)}`;
  return `**${what}** · ${who} · ${expiry}${progress}\n-# ${showText(request.reason, reasonLengthMax)}`;
}

/** The requests that wait, oldest first, for one manager. */
export function buildWaitingList({ requests, waitingCount }: WaitingRequests, webUrl: string): MessageBody {
  const row = buildRow(buildLinkButton('Open on the web', `${webUrl}/admin/requests`));
  if (requests.length === 0) {
    const text = buildText('### Nothing waits\nEvery request is decided.');
    return buildMessage(buildContainer(accentColors.calm, [text, row]));
  }
  const shown = requests.slice(0, shownCountMax);
  const hidden = waitingCount - shown.length;
  const heading = `### ${formatNumber(waitingCount)} ${waitingCount === 1 ? 'request waits' : 'requests wait'}`;
  const more = hidden > 0 ? [`-# ${formatNumber(hidden)} more on the web`] : [];
  const text = [heading, ...shown.map(formatWaiting), ...more].join('\n');
  return buildMessage(buildContainer(accentColors.brand, [buildText(text), row]));
}
