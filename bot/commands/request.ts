import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import type { Command } from '../command.ts';
import { buildRequestForm } from '../messages/request-forms.ts';
import { defineCommand, defineCountOption, describeIn } from './definition.ts';
import { readInteger, readText } from './options.ts';
import { submitCreditRequest } from './submit-credit-request.ts';

const type = ApplicationCommandOptionType.String;

/** Asks for credits. With all options given it is sent at once, else a form asks for the rest. */
export const request: Command = {
  definition: defineCommand(
    'request',
    { en: 'Request AI or Lead credits', de: 'KI- oder Lead-Credits anfragen' },
    [
      {
        type,
        name: 'type',
        ...describeIn({ en: 'Which credits', de: 'Welche Credits' }),
        choices: [
          { name: 'AI', value: 'ai', name_localizations: { 'en-US': 'AI', de: 'KI' } },
          { name: 'Lead', value: 'lead' },
        ],
      },
      defineCountOption('amount', { en: 'How many', de: 'Wie viele' }, { min: 1, max: 1_000_000 }),
      {
        type,
        name: 'reason',
        ...describeIn({ en: 'What for', de: 'Wofür' }),
        min_length: 3,
        max_length: 500,
      },
    ],
  ),
  writes: true,
  open: ({ options }) => {
    const draft = {
      credit_type: readText(options, 'type'),
      amount: readInteger(options, 'amount'),
      reason: readText(options, 'reason'),
    };
    const isComplete = Object.values(draft).every((value) => value !== null);
    return isComplete ? null : buildRequestForm(draft);
  },
  execute: (interaction, context) => {
    const wish = {
      credit_type: readText(interaction.options, 'type') ?? '',
      amount: readInteger(interaction.options, 'amount') ?? 0,
      reason: readText(interaction.options, 'reason') ?? '',
    };
    return submitCreditRequest(interaction, wish, context);
  },
};
