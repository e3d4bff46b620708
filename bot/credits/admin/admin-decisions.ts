import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import type { Decision } from '#domain/credits/vocabulary.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import { describeIn, type Subcommand, type Wording } from '../../interactions/definition.ts';
import { readText } from '../../interactions/options.ts';
import { decideRequest } from '../decide-request.ts';
import { completeRequest, findWaitingRequest, requestOption } from '../find-waiting-request.ts';

function defineDecision(decision: Decision, wording: Wording): Subcommand {
  return {
    path: `requests ${decision}`,
    wording,
    options: [
      requestOption,
      {
        type: ApplicationCommandOptionType.String,
        name: 'comment',
        ...describeIn({ en: 'The player will read this', de: 'Das liest der Spieler' }),
        max_length: textFields.comment.lengthMax,
      },
    ],
    writes: true,
    complete: completeRequest,
    execute: async (interaction, context) => {
      const attempt = { action: `${decision}_request`, subject_id: null } as const;
      const typed = readText(interaction.options, 'request') ?? '';
      const found = await findWaitingRequest(interaction, typed, attempt, context);
      if (!found.ok) return found.reply;
      const comment = readText(interaction.options, 'comment') ?? '';
      return decideRequest(interaction, { request_id: found.request_id, decision, comment }, context);
    },
  };
}

/** Decides one request, like the buttons of its card. */
export const adminDecisions: readonly Subcommand[] = [
  defineDecision('approve', { en: 'Approve a request', de: 'Eine Anfrage genehmigen' }),
  defineDecision('reject', { en: 'Reject a request', de: 'Eine Anfrage ablehnen' }),
];
