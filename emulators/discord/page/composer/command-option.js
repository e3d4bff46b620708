import { h, uniqueId } from '../dom.js';
import { askForChoices } from '../messages/interact.js';
import { currentGuild, nameOf, store } from '../store.js';
import { attachListbox } from './listbox.js';

const optionTypes = { integer: 4, boolean: 5, user: 6, channel: 7, role: 8, mentionable: 9, number: 10 };
const askAfterMs = 120;

const hints = {
  3: 'text',
  4: 'whole number',
  5: 'yes or no',
  6: 'person',
  7: 'channel',
  8: 'role',
  9: 'person or role',
  10: 'number',
};

function listEntities(type) {
  const people = currentGuild().members.map(({ user }) => ({
    label: nameOf(user),
    hint: user.username,
    value: user.id,
  }));
  const roles = currentGuild()
    .roles.filter((role) => role.id !== currentGuild().id)
    .map((role) => ({ label: `@${role.name}`, value: role.id }));
  const channels = store.world.channels
    .filter((channel) => channel.type === 0)
    .map((channel) => ({ label: `#${channel.name}`, value: channel.id }));
  return {
    [optionTypes.user]: people,
    [optionTypes.role]: roles,
    [optionTypes.channel]: channels,
    [optionTypes.mentionable]: [...people, ...roles],
  }[type];
}

/** The choices that need no request to the application; null if anything can be typed. */
function fixedItems(option) {
  if (option.type === optionTypes.boolean) {
    return [
      { label: 'True', value: true },
      { label: 'False', value: false },
    ];
  }
  if (option.choices?.length)
    return option.choices.map((choice) => ({ label: choice.name, value: choice.value }));
  return listEntities(option.type) ?? null;
}

function matching(items, text) {
  const query = text.toLowerCase();
  const matches = (item) => [item.label, item.hint ?? ''].some((part) => part.toLowerCase().includes(query));
  return items.filter(matches).slice(0, 25);
}

/**
 * The input for one option of a command.
 *
 * @param {any} option
 * @param {{ commandName: string, values: () => Record<string, unknown>, done: () => void }} host
 */
export function createOptionInput(option, host) {
  const id = uniqueId('option');
  const isNumber = option.type === optionTypes.integer || option.type === optionTypes.number;
  const input = h('input', {
    id,
    class: 'option-input',
    type: 'text',
    inputmode: isNumber ? 'decimal' : null,
    autocomplete: 'off',
    placeholder: hints[option.type],
    'aria-describedby': `${id}-hint`,
    'aria-required': String(option.required === true),
  });
  /**
   * A chosen item keeps its value while its label is in the input. @type {import('./listbox.js').Item | null}
   */
  let picked = null;
  let asked = 0;
  const fixed = fixedItems(option);
  const hasList = fixed !== null || option.autocomplete;
  const listbox = hasList
    ? attachListbox(input, {
        label: option.name,
        pick(item) {
          picked = item;
          input.value = item.label;
          host.done();
        },
      })
    : null;

  async function suggest() {
    if (!listbox) return;
    if (fixed)
      return listbox.show(
        matching(fixed, picked ? '' : input.value),
        fixed.length === 0 ? 'Nothing to pick' : '',
      );
    asked += 1;
    const mine = asked;
    await new Promise((resolve) => setTimeout(resolve, askAfterMs));
    if (mine !== asked || document.activeElement !== input) return;
    try {
      const values = { ...host.values(), [option.name]: input.value };
      const choices = await askForChoices(host.commandName, values, option.name);
      if (mine !== asked || document.activeElement !== input) return;
      const items = choices.map((choice) => ({ label: choice.name, value: choice.value }));
      listbox.show(items, items.length === 0 ? 'No options match' : '');
    } catch {
      if (mine === asked) listbox.show([], 'Loading options failed');
    }
  }

  input.addEventListener('input', () => {
    picked = null;
    void suggest();
  });
  input.addEventListener('focus', () => void suggest());

  const element = h(
    'div',
    { class: 'command-option' },
    h(
      'label',
      { for: id },
      option.name,
      option.required && h('span', { class: 'required', 'aria-hidden': 'true' }, '*'),
    ),
    input,
    h(
      'span',
      { id: `${id}-hint`, class: 'visually-hidden' },
      `${option.description}${option.required ? ', required' : ''}`,
    ),
    listbox?.element,
  );
  return {
    option,
    element,
    input,
    /** The value to send; undefined if nothing was entered. */
    value() {
      if (picked && picked.label === input.value) return picked.value;
      const exact = fixed?.find((item) => item.label.toLowerCase() === input.value.trim().toLowerCase());
      if (exact) return exact.value;
      return input.value === '' ? undefined : input.value;
    },
  };
}
