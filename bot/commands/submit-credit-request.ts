import { requestCredits } from '#store/credits/request-credits.ts';
import type { BotContext, Reply } from '../command.ts';
import { findLinkedPlayer } from '../linked-player.ts';
import { buildLinkInvitation, buildRefusal } from '../messages/notice.ts';
import { buildRequestReceipt } from '../messages/request-message.ts';

export interface CreditWish {
  credit_type: string;
  amount: number;
  reason: string;
}

/** Opens the request once per interaction, however often the interaction is delivered or completed. */
export async function submitCreditRequest(
  interaction: { id: string; user: { id: string } },
  wish: CreditWish,
  context: BotContext,
): Promise<Reply> {
  const player = await findLinkedPlayer(interaction, context);
  if (!player) return buildLinkInvitation(context.webUrl);
  const outcome = await requestCredits(context.store, {
    ...wish,
    idempotency_key: `discord:${interaction.id}`,
    acting_player_id: player.player_id,
    source: 'discord',
  });
  if (!outcome.ok) return buildRefusal(outcome.refusal, interaction.id);
  return { message: buildRequestReceipt(outcome.value, context.webUrl), outcome: 'done' };
}
