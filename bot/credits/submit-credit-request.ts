import type { Refusal } from '#domain/platform/refusal.ts';
import { requestCredits } from '#store/credits/request-credits.ts';
import { findLinkedPlayer } from '../identity/linked-player.ts';
import type { InteractionContext, Reply } from '../interactions/command.ts';
import { buildLinkInvitation, buildRefusal } from '../platform/notice.ts';
import { buildRequestReceipt, quoteWish } from './request-message.ts';

export interface CreditWish {
  credit_type: string;
  amount: number;
  reason: string;
}

/** The form was already submitted with other contents; the first request stands. */
const alreadySent: Refusal = {
  code: 'idempotency_key_reused',
  message: 'This form was sent before',
  action: 'Your request from the first submission stands. Run `/request` again to make another one.',
  status: 409,
};

/**
 * Creates the request once per interaction, however often the interaction is delivered or completed. If it is
 * refused, the answer repeats what was typed, so nothing is lost.
 * @param formKey identifies the form; submitting it again is the same request
 */
export async function submitCreditRequest(
  interaction: { id: string; user: { id: string } },
  wish: CreditWish,
  context: InteractionContext,
  formKey?: string,
): Promise<Reply> {
  const typed = quoteWish(wish);
  const player = await findLinkedPlayer(interaction, context);
  if (!player) return buildLinkInvitation(context.webUrl, { typed });
  const outcome = await requestCredits(context.store, {
    ...wish,
    idempotency_key: formKey ? `discord:form:${formKey}` : `discord:${interaction.id}`,
    acting_player_id: player.player_id,
    source: 'discord',
  });
  if (outcome.ok) return { message: buildRequestReceipt(outcome.value, context.webUrl), outcome: 'done' };
  const isSentBefore = outcome.refusal.code === alreadySent.code;
  return buildRefusal(isSentBefore ? alreadySent : outcome.refusal, interaction.id, typed);
}
