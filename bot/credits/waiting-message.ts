import { countApprovals } from '#domain/credits/count-approvals.ts';
import type { CreditRequest } from '#domain/credits/credit-request.ts';
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
export function buildWaitingList({ requests, areAll }: WaitingRequests, webUrl: string): MessageBody {
  const shown = requests.slice(0, shownCountMax);
  const hidden = requests.length - shown.length;
  const count = `${requests.length}${areAll ? '' : '+'}`;
  const heading =
    requests.length === 0
      ? 'Nothing waits'
      : `${count} ${requests.length === 1 ? 'waits' : 'wait'} for a decision`;
  const lines = shown.map(formatWaiting).join('\n');
  const more = hidden > 0 ? `\n-# ${hidden}${areAll ? '' : '+'} more on the web` : '';
  const text = requests.length === 0 ? 'Every request is decided.' : `${lines}${more}`;
  const row = buildRow(buildLinkButton('Open on the web', `${webUrl}/admin/requests`));
  return buildMessage(buildContainer(accentColors.brand, [buildText(`### ${heading}\n${text}`), row]));
}
