import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandIntegerOption,
  type APIApplicationCommandStringOption,
  type APIApplicationCommandSubcommandGroupOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord-api-types/v10';
import type { CommandHandler, CommandTree } from './command.ts';

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
  required = false,
): APIApplicationCommandIntegerOption {
  const type = ApplicationCommandOptionType.Integer;
  return { type, name, ...describeIn(wording), required, min_value: range.min, max_value: range.max };
}

/** A subcommand: where it stands, what it takes, and what answers it. */
export interface Subcommand extends CommandHandler {
  /** Its group and name, "credits grant", or only its name. */
  path: string;
  wording: Wording;
  options: APIApplicationCommandBasicOption[];
}

function defineSubcommand(
  name: string,
  { wording, options }: Subcommand,
): APIApplicationCommandSubcommandOption {
  return { type: ApplicationCommandOptionType.Subcommand, name, ...describeIn(wording), options };
}

/** Each group once, with its subcommands, in the order in which they are listed. */
function nestSubcommands(
  groups: Readonly<Record<string, Wording>>,
  subcommands: readonly Subcommand[],
): (APIApplicationCommandSubcommandGroupOption | APIApplicationCommandSubcommandOption)[] {
  const type = ApplicationCommandOptionType.SubcommandGroup;
  const grouped = Object.entries(groups).map(([name, wording]) => {
    const inside = subcommands.filter(({ path }) => path.startsWith(`${name} `));
    const options = inside.map((one) => defineSubcommand(one.path.slice(name.length + 1), one));
    return { type, name, ...describeIn(wording), options } as const;
  });
  const single = subcommands.filter(({ path }) => !path.includes(' '));
  return [...grouped, ...single.map((one) => defineSubcommand(one.path, one))];
}

/**
 * A command for staff, on servers only. Discord hides it from members without Manage Server, unless the server
 * allows others; whether somebody may use it is decided by their linked player.
 */
export function defineStaffCommand(
  name: string,
  wording: Wording,
  groups: Readonly<Record<string, Wording>>,
  subcommands: readonly Subcommand[],
): CommandTree {
  return {
    definition: {
      type: ApplicationCommandType.ChatInput,
      name,
      ...describeIn(wording),
      options: nestSubcommands(groups, subcommands),
      default_member_permissions: String(PermissionFlagsBits.ManageGuild),
      contexts: [InteractionContextType.Guild],
      integration_types: [ApplicationIntegrationType.GuildInstall],
    },
    subcommands: new Map(subcommands.map((subcommand) => [subcommand.path, subcommand])),
  };
}
