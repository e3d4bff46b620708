import { grantCredits } from '#store/credits/movements/grant-credits.ts';
import { completeOptions } from '../../interactions/complete-options.ts';
import { defineCountOption, type Subcommand } from '../../interactions/definition.ts';
import { readInteger } from '../../interactions/options.ts';
import { accentColors } from '../../platform/message.ts';
import { buildNotice } from '../../platform/notice.ts';
import { refuseAttempt } from '../../platform/refuse-attempt.ts';
import { formatBalances, formatCredits } from '../request-message.ts';
import { defineMovementOptions, readMovement } from './read-movement.ts';

const dayMs = 86_400_000;
/** The time in a Discord id starts in 2015. */
const snowflakeEpochMs = 1_420_070_400_000;
const validDaysMax = 3_650;

const validDays = { en: 'Days until they expire (default: never)', de: 'Tage bis zum Verfall (sonst: nie)' };

/** The same moment however often the interaction is executed: that of the interaction, some days on. */
function toExpiry(interactionId: string, validDays: number | null): string | null {
  if (validDays === null) return null;
  const sentAtMs = Number(BigInt(interactionId) >> 22n) + snowflakeEpochMs;
  return new Date(sentAtMs + validDays * dayMs).toISOString();
}

/** Grants credits, or proposes to if the amount needs a second approver. */
export const adminGrant: Subcommand = {
  path: 'credits grant',
  wording: { en: 'Grant credits to a player', de: 'Einem Spieler Credits geben' },
  options: [
    ...defineMovementOptions({ en: 'Who gets them', de: 'Wer sie bekommt' }),
    defineCountOption('valid_days', validDays, { min: 1, max: validDaysMax }),
  ],
  writes: true,
  complete: completeOptions,
  execute: async (interaction, context) => {
    const attempt = { action: 'grant_credits', subject_id: null } as const;
    const read = await readMovement(interaction, attempt, context);
    if (!read.ok) return read.reply;
    const { movement, shownName } = read;
    const expires_at = toExpiry(interaction.id, readInteger(interaction.options, 'valid_days'));
    const outcome = await grantCredits(context.store, { ...movement, expires_at });
    if (!outcome.ok) {
      const refused = { refusal: outcome.refusal, playerId: movement.acting_player_id };
      return refuseAttempt(interaction, { ...attempt, subject_id: movement.player_id }, refused, context);
    }
    const what = formatCredits(movement.amount, movement.credit_type);
    if (!outcome.value.transfer) {
      const text = `${what} for ${shownName} need a second approver, so nothing has moved yet. The card is in the approvals channel.`;
      return { message: buildNotice('Proposed', text), outcome: 'done' };
    }
    const balance = formatBalances(outcome.value.balances, interaction.locale);
    const text = `${what} for ${shownName}. They now have ${balance}.`;
    return { message: buildNotice('Granted', text, accentColors.success), outcome: 'done' };
  },
};
