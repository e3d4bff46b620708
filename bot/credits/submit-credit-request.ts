import type { Refusal } from '#domain/platform/refusal.ts';
import { requestCredits } from '#store/credits/request-credits.ts';
import { findLinkedPlayer } from '../identity/linked-player.ts';
import type { BotContext, Reply } from '../interactions/command.ts';
import { buildLinkInvitation, buildRefusal } from '../platform/notice.ts';
import { buildRequestReceipt, quoteWish } from './request-message.ts';

export interface CreditWish {
  credit_type: string;
  amount: number;
  reason: string;
}

/** The form was sent before with something else in it: what it asked for then stands. */
const alreadySent: Refusal = {
  code: 'idempotency_key_reused',
  message: 'This form was sent before',
  action: 'What it said then is your request. For another one run `/request` again.',
  status: 409,
};

/**
 * Opens the request once per interaction, however often the interaction is delivered or completed. Whatever keeps it from
 * being made, nothing that was typed is lost: the answer repeats it.
 * @param formKey names the form it was written in: sending that again is the same request
 */
export async function submitCreditRequest(
  interaction: { id: string; user: { id: string } },
  wish: CreditWish,
  context: BotContext,
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
