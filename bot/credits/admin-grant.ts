import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import { requestAmountMax } from '#domain/credits/limits.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import { grantCredits } from '#store/credits/movements/grant-credits.ts';
import { getOwnProfile } from '#store/identity/get-own-profile.ts';
import { findNamedPlayer, refuseName } from '../identity/find-subject.ts';
import { requireRole } from '../identity/require-role.ts';
import { completeOptions } from '../interactions/complete-options.ts';
import {
  defineCountOption,
  definePlayerOption,
  describeIn,
  type Subcommand,
} from '../interactions/definition.ts';
import { readInteger, readText } from '../interactions/options.ts';
import { accentColors } from '../platform/message.ts';
import { buildNotice } from '../platform/notice.ts';
import { refuseAttempt } from '../platform/refuse-attempt.ts';
import { showName } from '../platform/shown-text.ts';
import { defineCreditTypeOption } from './credit-type-option.ts';
import { formatBalances, formatCredits } from './request-message.ts';

const dayMs = 86_400_000;
/** The time in a Discord id starts in 2015. */
const snowflakeEpochMs = 1_420_070_400_000;
const validDaysMax = 3_650;

const wordings = {
  command: { en: 'Grant credits to a player', de: 'Einem Spieler Credits geben' },
  player: { en: 'Who gets them', de: 'Wer sie bekommt' },
  amount: { en: 'How many credits', de: 'Wie viele' },
  reason: { en: 'Why; the player can read it', de: 'Warum; der Spieler kann es lesen' },
  validDays: { en: 'Days until they expire (default: never)', de: 'Tage bis zum Verfall (sonst: nie)' },
};

/** The same moment however often the interaction is executed: that of the interaction, some days on. */
function toExpiry(interactionId: string, validDays: number | null): string | null {
  if (validDays === null) return null;
  const sentAtMs = Number(BigInt(interactionId) >> 22n) + snowflakeEpochMs;
  return new Date(sentAtMs + validDays * dayMs).toISOString();
}

/** Grants credits, or proposes to if the amount needs a second approver. */
export const adminGrant: Subcommand = {
  path: 'credits grant',
  wording: wordings.command,
  options: [
    definePlayerOption('player', wordings.player, true),
    defineCreditTypeOption(true),
    defineCountOption('amount', wordings.amount, { min: 1, max: requestAmountMax }, true),
    {
      type: ApplicationCommandOptionType.String,
      name: 'reason',
      ...describeIn(wordings.reason),
      required: true,
      min_length: textFields.reason.lengthMin,
      max_length: textFields.reason.lengthMax,
    },
    defineCountOption('valid_days', wordings.validDays, { min: 1, max: validDaysMax }),
  ],
  writes: true,
  complete: completeOptions,
  execute: async (interaction, context) => {
    const { options } = interaction;
    const attempt = { action: 'grant_credits', subject_id: null } as const;
    const staff = await requireRole(interaction, 'admin', attempt, context);
    if (!staff.ok) return staff.reply;
    const typed = readText(options, 'player') ?? '';
    const player_id = await findNamedPlayer(typed, context);
    const profile = player_id ? await getOwnProfile(context.store, { acting_player_id: player_id }) : null;
    if (!player_id || !profile) return refuseName(typed);
    const wish = {
      credit_type: readText(options, 'type') ?? '',
      amount: readInteger(options, 'amount') ?? 0,
      reason: readText(options, 'reason') ?? '',
    };
    const outcome = await grantCredits(context.store, {
      ...{ ...wish, player_id, acting_player_id: staff.player.player_id, source: 'discord' },
      idempotency_key: `discord:${interaction.id}`,
      expires_at: toExpiry(interaction.id, readInteger(options, 'valid_days')),
    });
    if (!outcome.ok) {
      const refused = { refusal: outcome.refusal, playerId: staff.player.player_id };
      return refuseAttempt(interaction, { ...attempt, subject_id: player_id }, refused, context);
    }
    const what = formatCredits(wish.amount, wish.credit_type);
    const name = showName(profile.player.display_name);
    if (!outcome.value.transfer) {
      const text = `${what} for ${name} need a second approver, so nothing has moved yet. The card is in the approvals channel.`;
      return { message: buildNotice('Proposed', text), outcome: 'done' };
    }
    const balance = formatBalances(outcome.value.balances, interaction.locale);
    const text = `${what} for ${name}. They now have ${balance}.`;
    return { message: buildNotice('Granted', text, accentColors.success), outcome: 'done' };
  },
};
