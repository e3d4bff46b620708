import { ButtonStyle } from 'discord-api-types/v10';
import { countApprovals } from '#domain/credits/count-approvals.ts';
import type { CreditBalance, CreditBalances } from '#domain/credits/credit-balances.ts';
import type { CreditDecision, CreditRequest } from '#domain/credits/credit-request.ts';
import { encodeCustomId } from '../custom-id.ts';
import { formatNumber } from './format.ts';
import {
  accentColors,
  buildButton,
  buildContainer,
  buildLinkButton,
  buildMessage,
  buildRow,
  buildSeparator,
  buildText,
  escapeMarkdown,
  formatTime,
  type MessageBody,
  quoteText,
} from './message.ts';

/** Two comments and a reason fit into one message. */
const textLengthMax = 1_050;

const stateColors: Record<CreditRequest['state'], number> = {
  pending: accentColors.brand,
  approved: accentColors.success,
  rejected: accentColors.danger,
  cancelled: accentColors.calm,
  expired: accentColors.calm,
};

/** "250 AI credits" */
export function formatCredits(amount: number, creditType: string, locale = 'en-US'): string {
  const label = creditType === 'ai' ? 'AI' : 'Lead';
  return `${formatNumber(amount, locale)} ${label} ${amount === 1 ? 'credit' : 'credits'}`;
}

function formatDecision(decision: CreditDecision): string {
  const sign = decision.decision === 'approve' ? '✅ Approved' : '❌ Rejected';
  const fallback = decision.is_fallback ? ' (no second approver available)' : '';
  const comment = decision.comment ? `\n${quoteText(decision.comment, textLengthMax)}` : '';
  const when = formatTime(decision.decided_at, 'f');
  return `${sign} by **${escapeMarkdown(decision.decided_by_name)}** · ${when}${fallback}${comment}`;
}

function formatState(request: CreditRequest): string {
  const words = request.decisions.map(formatDecision).join('\n');
  const closed = request.closed_at ? ` · ${formatTime(request.closed_at, 'f')}` : '';
  switch (request.state) {
    case 'pending': {
      const { given } = countApprovals(request);
      const progress =
        request.approvals_needed > 1 ? `${given} of ${request.approvals_needed} approvals · ` : '';
      return `${words ? `${words}\n` : ''}⏳ ${progress}waiting · expires ${formatTime(request.expires_at)}`;
    }
    case 'cancelled':
      return `🚫 Withdrawn by the player${closed}`;
    case 'expired':
      return `⌛ Expired without a decision${closed}`;
    default:
      return words;
  }
}

function formatRequest(request: CreditRequest): string {
  const who = `**${escapeMarkdown(request.display_name)}**${request.discord_user_id ? ` (<@${request.discord_user_id}>)` : ''}`;
  const reason = quoteText(request.reason, textLengthMax);
  return `### ${formatCredits(request.amount, request.credit_type)}\n${who} asks ${formatTime(request.created_at)}\n${reason}`;
}

/** The card in the approvals channel: who wants what and why, with buttons while it is open. */
export function buildRequestCard(request: CreditRequest, webUrl: string): MessageBody {
  const { id } = request;
  const components = [
    buildText(formatRequest(request)),
    buildSeparator(),
    buildText(formatState(request)),
    ...(request.state === 'pending'
      ? [
          buildRow(
            buildButton('Approve', encodeCustomId('req-approve', [id]), { style: ButtonStyle.Success }),
            buildButton('Reject…', encodeCustomId('req-reject', [id]), { style: ButtonStyle.Danger }),
            buildLinkButton('Open on the web', `${webUrl}/admin/requests?request=${id}`),
          ),
        ]
      : []),
    buildText(`-# request ${id}`),
  ];
  return buildMessage(buildContainer(stateColors[request.state], components));
}

/** Tells the requester that the request arrived. */
export function buildRequestReceipt(request: CreditRequest, webUrl: string): MessageBody {
  const what = formatCredits(request.amount, request.credit_type);
  const text = `### Request sent\n${what}: an admin decides, and you get a message. It expires ${formatTime(request.expires_at)}.`;
  const row = buildRow(buildLinkButton('My requests', `${webUrl}/profile#requests`));
  return buildMessage(
    buildContainer(accentColors.success, [buildText(text), row, buildText(`-# request ${request.id}`)]),
  );
}

/** "AI 120 · Lead 30 (5 held)" */
export function formatBalances(balances: CreditBalances, locale = 'en-US'): string {
  const one = (label: string, { available, held }: CreditBalance) =>
    `${label} **${formatNumber(available, locale)}**${held > 0 ? ` (${formatNumber(held, locale)} held)` : ''}`;
  return `${one('AI', balances.ai)} · ${one('Lead', balances.lead)}`;
}

/** The direct message to the requester once the request is closed, with the balance as it is now. */
export function buildDecisionMessage(
  request: CreditRequest,
  balances: CreditBalances,
  webUrl: string,
): MessageBody {
  const what = formatCredits(request.amount, request.credit_type);
  const heading = {
    approved: 'Approved',
    rejected: 'Rejected',
    cancelled: 'Withdrawn',
    expired: 'Expired',
    pending: 'Open',
  };
  const reason = quoteText(request.reason, textLengthMax);
  const balance = `Your balance: ${formatBalances(balances)}`;
  const text = `### ${heading[request.state]}: ${what}\n${reason}\n${formatState(request)}\n\n${balance}`;
  const row = buildRow(buildLinkButton('My profile', `${webUrl}/profile`));
  return buildMessage(buildContainer(stateColors[request.state], [buildText(text), row]));
}

/** A nudge in the approvals channel for a request that waits long. */
export function buildRequestReminder(request: CreditRequest, webUrl: string): MessageBody {
  const what = formatCredits(request.amount, request.credit_type);
  const who = escapeMarkdown(request.display_name);
  const text = `⏰ ${what} for **${who}** still wait for a decision; the request expires ${formatTime(request.expires_at)}.`;
  const row = buildRow(
    buildLinkButton('Decide on the web', `${webUrl}/admin/requests?request=${request.id}`),
  );
  return buildMessage(buildContainer(accentColors.gold, [buildText(text), row]));
}
