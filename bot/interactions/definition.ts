import {
  type APIApplicationCommandIntegerOption,
  type APIApplicationCommandStringOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord-api-types/v10';

/** The same sentence in each language that command menus support. */
export interface Wording {
  en: string;
  de: string;
}

/** Discord falls back to `description` only after the dictionary, so the default language is in both. */
export function describeIn(wording: Wording) {
  return { description: wording.en, description_localizations: { 'en-US': wording.en, de: wording.de } };
}

/** A slash command that works on servers and in direct messages with the bot. */
export function defineCommand(
  name: string,
  wording: Wording,
  options: RESTPostAPIChatInputApplicationCommandsJSONBody['options'] = [],
): RESTPostAPIChatInputApplicationCommandsJSONBody {
  return {
    type: ApplicationCommandType.ChatInput,
    name,
    ...describeIn(wording),
    options,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  };
}

/** The board option, with suggestions while typing. */
export const boardOption: APIApplicationCommandStringOption = {
  type: ApplicationCommandOptionType.String,
  name: 'board',
  ...describeIn({ en: 'Board (default: all-time)', de: 'Welche Rangliste (sonst: ewige)' }),
  autocomplete: true,
};

/** The player option, with suggestions while typing. */
export function definePlayerOption(
  name: string,
  wording: Wording,
  required = false,
): APIApplicationCommandStringOption {
  const type = ApplicationCommandOptionType.String;
  return { type, name, ...describeIn(wording), required, autocomplete: true };
}

export function defineCountOption(
  name: string,
  wording: Wording,
  range: { min: number; max: number },
): APIApplicationCommandIntegerOption {
  const type = ApplicationCommandOptionType.Integer;
  return { type, name, ...describeIn(wording), min_value: range.min, max_value: range.max };
}
