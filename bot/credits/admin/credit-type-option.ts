import { type APIApplicationCommandStringOption, ApplicationCommandOptionType } from 'discord-api-types/v10';
import { creditNames } from '#domain/credits/credit-names.ts';
import { describeIn } from '../../interactions/definition.ts';

/** AI or Lead, to choose from. */
export const defineCreditTypeOption = (required = false): APIApplicationCommandStringOption => ({
  type: ApplicationCommandOptionType.String,
  name: 'type',
  ...describeIn({ en: 'Type of credits', de: 'Art der Credits' }),
  required,
  choices: [
    { name: creditNames.ai, value: 'ai', name_localizations: { 'en-US': creditNames.ai, de: 'KI' } },
    { name: creditNames.lead, value: 'lead' },
  ],
});
