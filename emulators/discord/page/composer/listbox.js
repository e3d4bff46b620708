import { h, uniqueId } from '../dom.js';

/**
 * @typedef {object} Item
 * @property {string} label
 * @property {string} [hint]
 * @property {unknown} value
 */

/**
 * Gives a text input a list of suggestions, as the combobox pattern of ARIA describes it: arrows move, Enter or Tab
 * picks, Escape closes.
 *
 * @param {HTMLInputElement} input
 * @param {object} options
 * @param {string} options.label what the list is called
 * @param {(item: Item) => void} options.pick
 * @returns {{ element: HTMLElement, show: (items: Item[], note?: string) => void, hide: () => void, isOpen: () => boolean }}
 */
export function attachListbox(input, { label, pick }) {
  const id = uniqueId('list');
  const list = h('ul', { id, class: 'listbox', role: 'listbox', 'aria-label': label });
  const note = h('p', { class: 'listbox-note quiet', role: 'status' });
  const element = h('div', { class: 'listbox-popup', hidden: true }, list, note);
  /** @type {Item[]} */
  let items = [];
  let active = 0;

  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-controls', id);
  input.setAttribute('aria-expanded', 'false');

  function setActive(index) {
    active = index;
    for (const [position, option] of [...list.children].entries()) {
      option.setAttribute('aria-selected', String(position === index));
      if (position === index) option.scrollIntoView({ block: 'nearest' });
    }
    const current = list.children[index];
    if (current) input.setAttribute('aria-activedescendant', current.id);
    else input.removeAttribute('aria-activedescendant');
  }

  function hide() {
    element.hidden = true;
    items = [];
    list.replaceChildren();
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  function choose(index) {
    const item = items[index];
    if (!item) return;
    hide();
    pick(item);
  }

  function show(next, text = '') {
    items = next;
    note.textContent = text;
    element.hidden = items.length === 0 && text === '';
    input.setAttribute('aria-expanded', String(items.length > 0));
    list.hidden = items.length === 0;
    const options = items.map((item, index) =>
      h(
        'li',
        {
          id: `${id}-${index}`,
          role: 'option',
          class: 'option',
          // mousedown would move the focus away from the input before the click arrives.
          onmousedown: (event) => event.preventDefault(),
          onclick: () => choose(index),
        },
        h('span', { class: 'option-label' }, item.label),
        item.hint && h('span', { class: 'option-hint quiet' }, item.hint),
      ),
    );
    list.replaceChildren(...options);
    setActive(0);
  }

  input.addEventListener('keydown', (event) => {
    if (element.hidden || items.length === 0) {
      if (event.key === 'Escape' && !element.hidden) hide();
      return;
    }
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) setActive((active + moves[event.key] + items.length) % items.length);
    else if (event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey)) choose(active);
    else if (event.key === 'Escape') hide();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  input.addEventListener('blur', hide);
  return { element, show, hide, isOpen: () => !element.hidden };
}
