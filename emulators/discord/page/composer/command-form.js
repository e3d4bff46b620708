import { h } from '../dom.js';
import { useCommand } from '../messages/interact.js';
import { createOptionInput } from './command-option.js';

/**
 * The form that a picked command turns the composer into.
 *
 * @param {import('./command-catalogue.js').Entry} entry
 * @param {{ close: () => void }} host
 * @returns {{ element: HTMLElement, focus: () => void }}
 */
export function createCommandForm(entry, { close }) {
  const inputs = [];
  const problem = h('p', { class: 'component-problem', role: 'alert' });
  const fields = h('div', { class: 'command-fields' });
  const more = h('div', { class: 'command-more', role: 'group', 'aria-label': 'More options' });
  const hint = h('p', { class: 'quiet command-hint' }, entry.description);

  const values = () => {
    const given = inputs
      .map((field) => [field.option.name, field.value()])
      .filter(([, value]) => value !== undefined);
    return Object.fromEntries(given);
  };

  function addOption(option) {
    const field = createOptionInput(option, {
      commandName: entry.name,
      values,
      done: () => focusNext(field),
    });
    field.input.addEventListener('focus', () => {
      hint.textContent = `${option.name}: ${option.description}`;
    });
    inputs.push(field);
    fields.append(field.element);
    return field;
  }

  /** After a choice, focus moves to the next empty required option. */
  function focusNext(from) {
    const after = inputs.slice(inputs.indexOf(from) + 1);
    after.find((field) => field.option.required && field.input.value === '')?.input.focus();
  }

  function renderMore() {
    const left = entry.options.filter((option) => !inputs.some((field) => field.option.name === option.name));
    const add = (option) => () => {
      addOption(option).input.focus();
      renderMore();
    };
    more.replaceChildren(
      ...left.map((option) =>
        h(
          'button',
          { type: 'button', class: 'add-option', title: option.description, onclick: add(option) },
          `+ ${option.name}`,
        ),
      ),
    );
  }

  async function submit(event) {
    event.preventDefault();
    problem.textContent = '';
    const missing = inputs.find((field) => field.option.required && field.value() === undefined);
    if (missing) {
      problem.textContent = `${missing.option.name} is required`;
      missing.input.focus();
      return;
    }
    try {
      const sent = useCommand(entry.name, values());
      // Input that the client refuses comes back at once; the composer stays open only for that.
      const first = await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, 60, 'sent'))]);
      if (first === 'sent') sent.catch(() => undefined);
      close();
    } catch (error) {
      problem.textContent = error.message;
    }
  }

  for (const option of entry.options) if (option.required) addOption(option);
  renderMore();
  const element = h(
    'form',
    {
      class: 'command-form',
      'aria-label': `Command /${entry.name}`,
      onsubmit: submit,
      onkeydown: (event) => {
        if (event.key === 'Escape') close();
      },
    },
    h(
      'div',
      { class: 'command-line' },
      h('span', { class: 'command-name' }, `/${entry.name}`),
      h('div', { class: 'command-inputs' }, fields, more),
      h(
        'div',
        { class: 'command-actions' },
        h('button', { type: 'button', class: 'text-button', onclick: close }, 'Cancel'),
        h('button', { type: 'submit', class: 'button primary' }, 'Send'),
      ),
    ),
    hint,
    problem,
  );
  return {
    element,
    focus: () => (inputs[0]?.input ?? element.querySelector('button[type="submit"]'))?.focus(),
  };
}
