import type { CreditRequest } from '#domain/credits/credit-request.ts';
import type { Decision } from '#domain/credits/vocabulary.ts';
import { decideCreditRequest } from '#store/credits/decide-credit-request.ts';
import { findLinkedPlayer } from '../identity/linked-player.ts';
import type { InteractionContext, Reply } from '../interactions/command.ts';
import { actions, encodeCustomId } from '../interactions/custom-id.ts';
import {
  accentColors,
  buildButton,
  buildContainer,
  buildMessage,
  buildRow,
  buildText,
} from '../platform/message.ts';
import { buildNotice } from '../platform/notice.ts';
import { refuseAttempt, refuseUnlinked } from '../platform/refuse-attempt.ts';
import { showName, showSentence } from '../platform/shown-text.ts';
import { formatCredits } from './request-message.ts';

export interface Verdict {
  request_id: string;
  decision: Decision;
  comment: string;
}

function buildCommentInvitation({ request_id, decision }: Verdict, why: string): Reply {
  const isApproval = decision === 'approve';
  const action = isApproval ? actions.explainApproval : actions.explainRejection;
  const label = isApproval ? 'Approve with a comment…' : 'Reject with a comment…';
  const button = buildButton(label, encodeCustomId(action, { request_id }));
  const container = buildContainer(accentColors.calm, [
    buildText(`### A comment is needed\n${showSentence(why)}`),
    buildRow(button),
  ]);
  return { message: buildMessage(container), outcome: 'refused' };
}

/** The approver sees only what is certain once the decision is stored. */
function describeNext(request: CreditRequest): string {
  if (request.state === 'pending') return 'A second approver is needed.';
  if (request.kind !== 'request' && request.state === 'rejected') return 'Nothing was moved.';
  return request.discord_user_id
    ? 'A direct message is on its way; the card shows whether it arrived.'
    : 'They’ll see it on the web.';
}

/**
 * Decides as the linked player, whose rights are checked at this moment. Pressing the button proves nothing.
 */
export async function decideRequest(
  interaction: { id: string; user: { id: string } },
  verdict: Verdict,
  context: InteractionContext,
): Promise<Reply> {
  const attempt = { action: `${verdict.decision}_request`, subject_id: verdict.request_id } as const;
  const approver = await findLinkedPlayer(interaction, context);
  if (!approver) return refuseUnlinked(interaction, attempt, context);
  const outcome = await decideCreditRequest(context.store, {
    ...verdict,
    idempotency_key: `discord:${interaction.id}`,
    acting_player_id: approver.player_id,
    source: 'discord',
  });
  if (!outcome.ok && outcome.refusal.code === 'comment_needed') {
    return buildCommentInvitation(verdict, outcome.refusal.message);
  }
  if (!outcome.ok) {
    const refused = { refusal: outcome.refusal, playerId: approver.player_id };
    return refuseAttempt(interaction, attempt, refused, context);
  }
  const { request } = outcome.value;
  const what = formatCredits(request.amount, request.credit_type);
  const name = showName(request.display_name);
  const title = verdict.decision === 'approve' ? 'Approved' : 'Rejected';
  const heading = request.state === 'pending' ? 'First approval noted' : title;
  const text = `${title} ${what} for ${name}. ${describeNext(request)}`;
  return { message: buildNotice(heading, text, accentColors.success), outcome: 'done' };
}
