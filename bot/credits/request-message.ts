import { ButtonStyle } from 'discord-api-types/v10';
import { countApprovals } from '#domain/credits/count-approvals.ts';
import type { CreditBalance, CreditBalances } from '#domain/credits/credit-balances.ts';
import { creditNames, requestStateNames } from '#domain/credits/credit-names.ts';
import type { CreditDecision, CreditRequest } from '#domain/credits/credit-request.ts';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import { actions, encodeCustomId } from '../interactions/custom-id.ts';
import {
  accentColors,
  buildButton,
  buildContainer,
  buildLinkButton,
  buildMessage,
  buildRow,
  buildSeparator,
  buildText,
  formatTime,
  type MessageBody,
} from '../platform/message.ts';
import { quoteText, showName } from '../platform/shown-text.ts';

/** Two comments and a reason must fit into one message. */
const textLengthMax = 1_000;

const stateColors: Record<CreditRequest['state'], number> = {
  pending: accentColors.brand,
  approved: accentColors.success,
  rejected: accentColors.danger,
  cancelled: accentColors.calm,
  expired: accentColors.calm,
};

/** "250 AI credits" */
export function formatCredits(amount: number, creditType: string, locale = 'en-US'): string {
  const label = creditType === 'ai' ? creditNames.ai : creditNames.lead;
  return `${formatNumber(amount, locale)} ${label} ${amount === 1 ? 'credit' : 'credits'}`;
}

/** What a player asked for and did not get, quoted below a sentence. Null if the amount was not a number. */
export function quoteWish(wish: { credit_type: string; amount: number | null; reason: string }): string {
  const what = wish.amount === null ? '' : ` ${formatCredits(wish.amount, wish.credit_type)}`;
  return `\n\nYou wrote:${what}\n${quoteText(wish.reason, textLengthMax)}`;
}

function formatDecision(decision: CreditDecision): string {
  if (decision.is_automatic) {
    return `✅ Approved at once by the policy · ${formatTime(decision.decided_at, 'f')}`;
  }
  const sign = decision.decision === 'approve' ? '✅ Approved' : '❌ Rejected';
  const fallback = decision.is_fallback ? ' (no second approver available)' : '';
  const comment = decision.comment ? `\n${quoteText(decision.comment, textLengthMax)}` : '';
  const when = formatTime(decision.decided_at, 'f');
  const represented = decision.on_behalf_of_name
    ? ` in place of **${showName(decision.on_behalf_of_name)}**`
    : '';
  return `${sign} by **${showName(decision.decided_by_name)}**${represented} · ${when}${fallback}${comment}`;
}

function formatState(request: CreditRequest): string {
  const words = request.decisions.map(formatDecision).join('\n');
  const closed = request.closed_at ? ` · ${formatTime(request.closed_at, 'f')}` : '';
  switch (request.state) {
    case 'pending': {
      const { given } = countApprovals(request);
      const progress =
        request.approvals_needed > 1 ? `${given} of ${request.approvals_needed} approvals` : 'Waiting';
      return `${words ? `${words}\n` : ''}⏳ ${progress} · expires ${formatTime(request.expires_at)}`;
    }
    case 'cancelled':
      return `🚫 Cancelled by ${request.proposed_by_name ? formatProposer(request) : 'the player'}${closed}`;
    case 'expired':
      return `⌛ Expired without a decision${closed}`;
    default:
      return `${words}${formatNotice(request)}`;
  }
}

/** Whether the player was notified of the outcome; empty until that is known. */
function formatNotice({ requester_notice }: CreditRequest): string {
  switch (requester_notice) {
    case 'delivered':
      return '\n-# ✉️ Notified by direct message';
    case 'closed':
      return '\n-# ✉️ Takes no direct messages: the outcome is on their profile page';
    case 'unlinked':
      return '\n-# ✉️ Not linked to Discord: the outcome is on their profile page';
    default:
      return '';
  }
}

const formatProposer = (request: CreditRequest): string => `**${showName(request.proposed_by_name ?? '')}**`;

/** Who wants what for whom: a player for themselves, or an admin for a player. */
function formatWish(request: CreditRequest): string {
  const who = `**${showName(request.display_name)}**${request.discord_user_id ? ` (<@${request.discord_user_id}>)` : ''}`;
  const when = formatTime(request.created_at);
  switch (request.kind) {
    case 'grant':
      return `${formatProposer(request)} wants to grant them to ${who} · proposed ${when}`;
    case 'reversal':
      return `${formatProposer(request)} wants to take them back from ${who} · proposed ${when}`;
    default:
      return `${who} · requested ${when}`;
  }
}

function formatRequest(request: CreditRequest): string {
  const reason = quoteText(request.reason, textLengthMax);
  return `### ${formatCredits(request.amount, request.credit_type)}\n${formatWish(request)}\n${reason}`;
}

/** The ways to decide: here, or above the policy's amount on the web only. */
function buildDecisionRow(
  { id, decides_on_web_only, reject_comment_required }: CreditRequest,
  webUrl: string,
) {
  const url = `${webUrl}/admin/requests/${id}`;
  if (decides_on_web_only) {
    const why = buildText('-# Requests of this size are decided on the web.');
    return [why, buildRow(buildLinkButton('Decide on the web', url))];
  }
  const reject = reject_comment_required ? actions.explainRejection : actions.rejectRequest;
  return [
    buildRow(
      buildButton('Approve', encodeCustomId(actions.approveRequest, { request_id: id }), {
        style: ButtonStyle.Success,
      }),
      buildButton('Reject…', encodeCustomId(reject, { request_id: id }), { style: ButtonStyle.Danger }),
      buildLinkButton('Open on the web', url),
    ),
  ];
}

/** The card in the approvals channel: who wants what and why, with buttons while it is open. */
export function buildRequestCard(request: CreditRequest, webUrl: string): MessageBody {
  const { id } = request;
  const components = [
    buildText(formatRequest(request)),
    buildSeparator(),
    buildText(formatState(request)),
    ...(request.state === 'pending' ? buildDecisionRow(request, webUrl) : []),
    buildText(`-# request ${id}`),
  ];
  return buildMessage(buildContainer(stateColors[request.state], components));
}

function describeReceipt(request: CreditRequest, isRepeated: boolean): { heading: string; text: string } {
  const what = formatCredits(request.amount, request.credit_type);
  if (request.state === 'approved' && !isRepeated) {
    return {
      heading: 'Approved at once',
      text: `${what} are yours: requests of this size need no approver.`,
    };
  }
  if (request.state === 'approved') {
    return {
      heading: 'This request was already approved',
      text: `${what}, requested ${formatTime(request.created_at)}.`,
    };
  }
  const reviewers = request.approvals_needed > 1 ? 'Two approvers will review' : 'A manager will review';
  const expiry = `It expires ${formatTime(request.expires_at)}.`;
  return isRepeated
    ? {
        heading: 'You already have this request waiting',
        text: `${what}, requested ${formatTime(request.created_at)}. We’ll message you when it is decided. ${expiry}`,
      }
    : {
        heading: 'Request sent',
        text: `${reviewers} your request for ${what}. We’ll message you. ${expiry}`,
      };
}

/** Tells the requester that the request was created, or that the same request already exists. */
export function buildRequestReceipt(
  request: CreditRequest & { replayed: boolean },
  webUrl: string,
): MessageBody {
  const { heading, text } = describeReceipt(request, request.replayed);
  const row = buildRow(buildLinkButton('My requests', `${webUrl}/profile#requests`));
  const shown = [buildText(`### ${heading}\n${text}`), row, buildText(`-# request ${request.id}`)];
  return buildMessage(buildContainer(accentColors.success, shown));
}

/** "AI 120 · Lead 30 (5 held)" */
export function formatBalances(balances: CreditBalances, locale = 'en-US'): string {
  const one = (label: string, { available, held }: CreditBalance) =>
    `${label} **${formatNumber(available, locale)}**${held > 0 ? ` (${formatNumber(held, locale)} held)` : ''}`;
  return `${one(creditNames.ai, balances.ai)} · ${one(creditNames.lead, balances.lead)}`;
}

/** The outcome for the player. Players hear of a proposal only once it has moved credits. */
function nameOutcome({ kind, state }: CreditRequest): string {
  if (kind === 'grant') return 'Granted to you';
  return kind === 'reversal' ? 'Taken back' : requestStateNames[state];
}

/** The direct message to the requester after the request is closed, with the current balance. */
export function buildDecisionMessage(
  request: CreditRequest,
  balances: CreditBalances,
  webUrl: string,
): MessageBody {
  const what = formatCredits(request.amount, request.credit_type);
  const reason = quoteText(request.reason, textLengthMax);
  const balance = `Your balance: ${formatBalances(balances)}`;
  const text = `### ${nameOutcome(request)}: ${what}\n${reason}\n${formatState(request)}\n\n${balance}`;
  const row = buildRow(buildLinkButton('My profile', `${webUrl}/profile`));
  return buildMessage(buildContainer(stateColors[request.state], [buildText(text), row]));
}

/** Tells an approver directly that a request has waited too long and is theirs to decide. */
export function buildEscalationMessage(request: CreditRequest, webUrl: string): MessageBody {
  const what = formatCredits(request.amount, request.credit_type);
  const who = showName(request.display_name);
  const asked = `**${who}** requested ${what} ${formatTime(request.created_at)}, and nobody has decided.`;
  const reason = quoteText(request.reason, textLengthMax);
  const text = `### Please decide: ${what}\n${asked} The request expires ${formatTime(request.expires_at)}.\n${reason}`;
  const row = buildRow(buildLinkButton('Decide on the web', `${webUrl}/admin/requests/${request.id}`));
  return buildMessage(buildContainer(accentColors.gold, [buildText(text), row]));
}

/** A reminder in the approvals channel about a request that has waited long. */
export function buildRequestReminder(request: CreditRequest, webUrl: string): MessageBody {
  const what = formatCredits(request.amount, request.credit_type);
  const who = showName(request.display_name);
  const text = `⏰ ${what} for **${who}** still need a decision; the request expires ${formatTime(request.expires_at)}.`;
  const row = buildRow(buildLinkButton('Decide on the web', `${webUrl}/admin/requests/${request.id}`));
  return buildMessage(buildContainer(accentColors.gold, [buildText(text), row]));
}
