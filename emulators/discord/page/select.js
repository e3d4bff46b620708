import { h } from './dom.js';
import { emojiText } from './emoji-text.js';
import { currentGuild, nameOf, store } from './store.js';

/** The options of a select: its own, or people, roles or channels. */
function optionsOf(select) {
  const people = () => currentGuild().members.map(({ user }) => ({ value: user.id, label: nameOf(user) }));
  const roles = () =>
    currentGuild()
      .roles.filter((role) => role.id !== currentGuild().id)
      .map((role) => ({ value: role.id, label: `@${role.name}` }));
  switch (select.type) {
    case 3:
      return select.options;
    case 5:
      return people();
    case 6:
      return roles();
    case 7:
      return [...people(), ...roles()];
    default:
      return store.world.channels
        .filter((channel) => channel.type === 0)
        .map((channel) => ({ value: channel.id, label: `#${channel.name}` }));
  }
}

/** The options of a select as a person reads them, and which of them it shows as chosen. */
export function listOptions(select) {
  const chosen = new Set((select.default_values ?? []).map((value) => value.id));
  return optionsOf(select).map((option) => ({
    value: option.value,
    label: [emojiText(option.emoji), option.label].filter(Boolean).join(' '),
    description: option.description ?? '',
    isChosen: option.default === true || chosen.has(option.value),
  }));
}

/** A select menu; several values need Shift or Ctrl, as in any list. */
export function renderSelect(select, attributes) {
  const isMany = select.max_values > 1;
  const options = listOptions(select).map(({ value, label, description, isChosen }) =>
    h('option', { value, selected: isChosen }, description ? `${label} — ${description}` : label),
  );
  const hasChosen = options.some((option) => option.hasAttribute('selected'));
  const placeholder = h(
    'option',
    { value: '', disabled: true, selected: !hasChosen },
    select.placeholder ?? 'Choose',
  );
  return h(
    'select',
    {
      class: 'field component-select',
      'aria-label': select.placeholder ?? 'Choose',
      disabled: select.disabled,
      multiple: isMany,
      size: isMany ? Math.min(6, options.length) : null,
      'data-custom-id': select.custom_id,
      ...attributes,
    },
    ...(isMany ? [] : [placeholder]),
    ...options,
  );
}
