import type { CommandHandler } from './command.ts';
import { commands } from './registry.ts';

/** What a person typed: the command with its group and subcommand. */
interface CommandName {
  name: string;
  subcommand: string;
}

/** How the command log and the person spell it: "admin credits grant". */
export const spellCommand = ({ name, subcommand }: CommandName): string =>
  subcommand === '' ? name : `${name} ${subcommand}`;

/** Every command and subcommand, by its full name. */
export const handlers: ReadonlyMap<string, CommandHandler> = new Map(
  commands.flatMap((command): [string, CommandHandler][] => {
    const { name } = command.definition;
    if (!('subcommands' in command)) return [[name, command]];
    return [...command.subcommands].map(([path, handler]) => [`${name} ${path}`, handler]);
  }),
);

/** What answers a command; undefined for one that no longer exists. */
export const findHandler = (command: CommandName): CommandHandler | undefined =>
  handlers.get(spellCommand(command));
