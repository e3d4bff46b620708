import { h } from '../dom.js';
import { listOptions } from '../select.js';

/**
 * A select that takes several values, as a list to tick: it is sent once, when the person has ticked as many as it
 * takes.
 *
 * @param {any} select
 * @param {(control: HTMLElement, values: string[]) => void} send
 */
export function renderPickList(select, send) {
  const name = select.placeholder ?? 'Choose';
  const least = select.min_values ?? 1;
  const most = select.max_values ?? 1;
  const boxes = listOptions(select).map((option) => {
    const box = h('input', { type: 'checkbox', value: option.value, checked: option.isChosen });
    const text = h(
      'span',
      { class: 'pick-text' },
      h('span', {}, option.label),
      option.description && h('span', { class: 'quiet pick-description' }, option.description),
    );
    return { box, row: h('label', { class: 'choice pick' }, box, text) };
  });
  const listPicked = () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
  const count = h('span', { class: 'quiet', role: 'status' });
  const confirm = h(
    'button',
    { type: 'button', class: 'button primary', onclick: (event) => send(event.currentTarget, listPicked()) },
    'Confirm',
  );
  const redraw = () => {
    const picked = listPicked().length;
    count.textContent = `${picked} of up to ${most} picked`;
    confirm.disabled = select.disabled || picked < least || picked > most;
    for (const { box } of boxes) box.disabled = select.disabled || (!box.checked && picked >= most);
  };
  redraw();
  return h(
    'fieldset',
    { class: 'pick-list', 'data-custom-id': select.custom_id, onchange: redraw },
    h('legend', {}, name),
    h('div', { class: 'pick-rows' }, ...boxes.map(({ row }) => row)),
    h('div', { class: 'pick-actions' }, confirm, count),
  );
}
