import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import { requestAmountMax } from '#domain/credits/limits.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import { listCreditPolicies } from '#store/credits/policies/list-credit-policies.ts';
import { findLinkedPlayer } from '../identity/linked-player.ts';
import type { Command } from '../interactions/command.ts';
import { defineCommand, defineCountOption, describeIn } from '../interactions/definition.ts';
import type { CommandInteraction } from '../interactions/interaction.ts';
import { readInteger, readText } from '../interactions/options.ts';
import { buildLinkInvitation, buildNotice } from '../platform/notice.ts';
import { defineCreditTypeOption } from './credit-type-option.ts';
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
    const inTime = <Value>(lookUp: Promise<Value>, fallback: Value): Promise<Value> =>
      Promise.race([lookUp.catch(() => fallback), context.clock.sleep(lookUpTimeoutMs).then(() => fallback)]);
    // Nobody should fill in a form that cannot be sent. If a lookup fails or times out, the form opens anyway;
    // submitting it checks again.
    const [isLinked, policies] = await Promise.all([
      inTime(findLinkedPlayer(interaction, context).then(Boolean), true),
      inTime(listCreditPolicies(context.store), []),
    ]);
    return isLinked ? buildRequestForm(draft, interaction.id, policies) : null;
  },
  execute: async (interaction, context) => {
    const draft = readDraft(interaction);
    if (isComplete(draft)) return submitCreditRequest(interaction, draft, context);
    const player = await findLinkedPlayer(interaction, context);
    if (!player) return buildLinkInvitation(context.webUrl);
    const text = 'Your account was linked just now. Run `/request` again.';
    return { message: buildNotice('Ready now', text), outcome: 'refused' };
  },
};
