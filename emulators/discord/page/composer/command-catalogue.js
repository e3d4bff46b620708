import { usableCommands } from '../store.js';

const slashCommand = 1;
const subcommandType = 1;
const groupType = 2;

/**
 * @typedef {object} Entry a command that can be sent, with its subcommand spelled out
 * @property {string} name such as `library books add`
 * @property {string} description
 * @property {any[]} options
 */

function expand(name, definition) {
  const options = definition.options ?? [];
  const nested = options.filter((option) => option.type === subcommandType || option.type === groupType);
  if (nested.length === 0) return [{ name, description: definition.description, options }];
  return nested.flatMap((option) => expand(`${name} ${option.name}`, option));
}

/** Every slash command that the person can send in this channel. @returns {Entry[]} */
function listEntries() {
  return usableCommands(slashCommand)
    .flatMap((command) => expand(command.name, command))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** Entries for the text after the slash: names that start with it first, then those that contain it. */
export function findEntries(text) {
  const query = text.toLowerCase().trim();
  const entries = listEntries();
  const starting = entries.filter((entry) => entry.name.startsWith(query));
  const containing = entries.filter((entry) => !entry.name.startsWith(query) && entry.name.includes(query));
  return [...starting, ...containing];
}
