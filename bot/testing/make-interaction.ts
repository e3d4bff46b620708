import type {
  AutocompleteInteraction,
  CommandInteraction,
  ComponentInteraction,
  OptionValue,
} from '../interactions/interaction.ts';

const source = {
  id: '111111111111111111',
  token: 'token',
  guild_id: null,
  user: { id: '222222222222222222', username: 'pia' },
  locale: 'en-US',
};

/** "admin credits grant" is the command admin with its subcommand. */
function splitName(spelled: string): { name: string; subcommand: string } {
  // Context menu commands have spaces in their names, and capitals; slash commands have neither.
  if (/^[A-Z]/.test(spelled)) return { name: spelled, subcommand: '' };
  const [name = '', ...path] = spelled.split(' ');
  return { name, subcommand: path.join(' ') };
}

/** A typed command; subcommands follow its name after spaces. */
export const makeCommand = (
  spelled: string,
  options: Record<string, OptionValue> = {},
  change: Partial<CommandInteraction> = {},
): CommandInteraction => ({
  ...{ ...source, kind: 'command', ...splitName(spelled), options, target_id: null },
  ...change,
});

/** A person typing into an option of a command. */
export const makeAutocomplete = (
  spelled: string,
  focused: { name: string; text: string },
  change: Partial<AutocompleteInteraction> = {},
): AutocompleteInteraction => ({
  ...{ ...source, kind: 'autocomplete', ...splitName(spelled), options: {}, focused },
  ...change,
});

/** A click, a choice or a sent form. */
export const makeComponentUse = (
  custom_id: string,
  change: Partial<ComponentInteraction> = {},
): ComponentInteraction => ({
  ...{ ...source, kind: 'component', custom_id, fields: {}, values: [], picked: {} },
  ...{ is_on_ephemeral_message: false, ...change },
});
