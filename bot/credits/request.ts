import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import { creditNames } from '#domain/credits/credit-names.ts';
import { requestAmountMax } from '#domain/credits/limits.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import { getRequestLimits } from '#store/credits/policies/get-request-limits.ts';
import type { RequestLimits } from '#store/credits/policies/request-limits-schema.ts';
import { findLinkedPlayer } from '../identity/linked-player.ts';
import type { Command, InteractionContext } from '../interactions/command.ts';
import { defineCommand, defineCountOption, describeIn } from '../interactions/definition.ts';
import type { CommandInteraction } from '../interactions/interaction.ts';
import { readInteger, readText } from '../interactions/options.ts';
import { accentColors, type MessageBody } from '../platform/message.ts';
import { buildLinkInvitation, buildNotice } from '../platform/notice.ts';
import { defineCreditTypeOption } from './admin/credit-type-option.ts';
import { describeRequestLimits } from './describe-request-limits.ts';
import { buildRequestForm, type RequestDraft } from './request-forms.ts';
import { type CreditWish, submitCreditRequest } from './submit-credit-request.ts';

const type = ApplicationCommandOptionType.String;
const lookUpTimeoutMs = 1_000;

function readDraft({ options }: CommandInteraction): RequestDraft {
  return {
    credit_type: readText(options, 'type'),
    amount: readInteger(options, 'amount'),
    reason: readText(options, 'reason'),
  };
}

function isComplete(draft: RequestDraft): draft is CreditWish {
  return Object.values(draft).every((value) => value !== null);
}

/** What the person may still request; null if they are not linked. */
async function findLimits(
  interaction: CommandInteraction,
  context: InteractionContext,
): Promise<RequestLimits[] | null> {
  const player = await findLinkedPlayer(interaction, context);
  return player && getRequestLimits(context.store, { player_id: player.player_id });
}

const isNothingLeft = (limits: readonly RequestLimits[]): boolean =>
  limits.length > 0 && limits.every(({ amount_left }) => amount_left <= 0);

function buildNothingLeft(limits: readonly RequestLimits[]): MessageBody {
  const lines = limits.map((one) => `**${creditNames[one.credit_type]}** · ${describeRequestLimits(one)}`);
  return buildNotice('Nothing is left to request', lines.join('\n'), accentColors.calm);
}

/** Requests credits. With all options the request is sent at once; otherwise a form asks for the rest. */
export const request: Command = {
  definition: defineCommand(
    'request',
    { en: 'Request AI or Lead credits', de: 'KI- oder Lead-Credits anfragen' },
    [
      defineCreditTypeOption(),
      defineCountOption(
        'amount',
        { en: 'How many credits', de: 'Wie viele' },
        { min: 1, max: requestAmountMax },
      ),
      {
        type,
        name: 'reason',
        ...describeIn({ en: 'What you need them for', de: 'Wofür Sie sie brauchen' }),
        min_length: textFields.reason.lengthMin,
        max_length: textFields.reason.lengthMax,
      },
    ],
  ),
  writes: true,
  open: async (interaction, context) => {
    const draft = readDraft(interaction);
    if (isComplete(draft)) return null;
    // Nobody should fill in a form that cannot be sent. If the look-up fails or times out, the form opens anyway;
    // submitting it checks again.
    const limits = await Promise.race([
      findLimits(interaction, context).catch(() => []),
      context.clock.sleep(lookUpTimeoutMs).then(() => []),
    ]);
    return limits && !isNothingLeft(limits) ? buildRequestForm(draft, interaction.id, limits) : null;
  },
  execute: async (interaction, context) => {
    const draft = readDraft(interaction);
    if (isComplete(draft)) return submitCreditRequest(interaction, draft, context);
    const limits = await findLimits(interaction, context);
    if (!limits) return buildLinkInvitation(context.webUrl);
    if (isNothingLeft(limits)) return { message: buildNothingLeft(limits), outcome: 'refused' };
    const text = 'You can request credits again. Run `/request` once more.';
    return { message: buildNotice('Ready now', text), outcome: 'refused' };
  },
};
