import { revokeCredits } from '#store/credits/movements/revoke-credits.ts';
import { completeOptions } from '../../interactions/complete-options.ts';
import type { Subcommand } from '../../interactions/definition.ts';
import { accentColors } from '../../platform/message.ts';
import { buildNotice } from '../../platform/notice.ts';
import { refuseAttempt } from '../../platform/refuse-attempt.ts';
import { formatBalances, formatCredits } from '../request-message.ts';
import { defineMovementOptions, readMovement } from './read-movement.ts';

/** Takes available credits back from a player. */
export const adminRevoke: Subcommand = {
  path: 'credits revoke',
  wording: { en: 'Take credits back from a player', de: 'Einem Spieler Credits entziehen' },
  options: defineMovementOptions({ en: 'Whose credits', de: 'Wessen Credits' }),
  writes: true,
  complete: completeOptions,
  execute: async (interaction, context) => {
    const attempt = { action: 'revoke_credits', subject_id: null } as const;
    const read = await readMovement(interaction, attempt, context);
    if (!read.ok) return read.reply;
    const { movement, shownName } = read;
    const outcome = await revokeCredits(context.store, movement);
    if (!outcome.ok) {
      const refused = { refusal: outcome.refusal, playerId: movement.acting_player_id };
      return refuseAttempt(interaction, { ...attempt, subject_id: movement.player_id }, refused, context);
    }
    const what = formatCredits(movement.amount, movement.credit_type);
    const balance = formatBalances(outcome.value.balances, interaction.locale);
    const text = `${what} from ${shownName}. They now have ${balance}.`;
    return { message: buildNotice('Taken back', text, accentColors.success), outcome: 'done' };
  },
};
