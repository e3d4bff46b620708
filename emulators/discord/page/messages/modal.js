import { byId, h, uniqueId } from '../dom.js';
import { renderSelect } from '../select.js';
import { renderMarkdown } from './markdown.js';

const textInput = 4;
const paragraphStyle = 2;

function renderTextInput(input, id, describedBy) {
  return h(input.style === paragraphStyle ? 'textarea' : 'input', {
    class: 'field',
    id,
    name: input.custom_id,
    'aria-describedby': describedBy,
    placeholder: input.placeholder,
    required: input.required !== false,
    minlength: input.min_length,
    maxlength: input.max_length ?? 4000,
    rows: input.style === paragraphStyle ? 4 : null,
    autocomplete: 'off',
    value: input.value ?? '',
  });
}

function renderChoices(field, isMany) {
  const type = isMany ? 'checkbox' : 'radio';
  const choices = (field.options ?? []).map((option) => {
    const input = h('input', { type, name: field.custom_id, value: option.value, checked: option.default });
    return h('label', { class: 'choice' }, input, ` ${option.label}`);
  });
  return h('div', { class: 'choices' }, ...choices);
}

function renderField(field, label, description) {
  const id = uniqueId('field');
  const describedBy = description ? `${id}-description` : null;
  const required = field.required !== false;
  let control;
  if (field.type === textInput) control = renderTextInput(field, id, describedBy);
  else if (field.type === 21 || field.type === 22) control = renderChoices(field, field.type === 22);
  else if (field.type === 23)
    control = h('input', { type: 'checkbox', id, name: field.custom_id, value: 'true' });
  else control = renderSelect(field, { id, name: field.custom_id, required, 'aria-label': null });
  return h(
    'div',
    { class: 'modal-field' },
    h(
      'label',
      { for: id },
      label,
      required ? h('span', { class: 'required', 'aria-hidden': 'true' }, ' *') : null,
    ),
    description && h('p', { id: describedBy, class: 'quiet' }, description),
    control,
  );
}

function renderPart(part) {
  if (part.component) return renderField(part.component, part.label, part.description);
  if (part.components)
    return h('div', {}, ...part.components.map((field) => renderField(field, field.label)));
  return renderMarkdown(part.content ?? '');
}

function fieldsOf(modal) {
  return modal.components.flatMap((part) => (part.component ? [part.component] : (part.components ?? [])));
}

/** The input of a modal, by custom id. */
function readFields(modal, form) {
  const entries = fieldsOf(modal).map((field) => {
    const values = new FormData(form)
      .getAll(field.custom_id)
      .map(String)
      .filter((value) => value !== '');
    if (field.type === textInput || field.type === 21) return [field.custom_id, values[0] ?? ''];
    if (field.type === 23) return [field.custom_id, values.length > 0];
    return [field.custom_id, values];
  });
  return Object.fromEntries(entries);
}

/**
 * Shows a modal of the application.
 *
 * @param {any} modal title, custom_id and components
 * @param {(fields: Record<string, unknown>) => Promise<string | null>} submit gives what went wrong, or null
 */
export function openModal(modal, submit) {
  const dialog = byId('modal');
  const problem = h('p', { class: 'component-problem', role: 'alert' });
  const close = () => dialog.close();
  const send = h('button', { type: 'submit', class: 'button primary' }, 'Submit');
  const form = h(
    'form',
    {
      onsubmit: async (event) => {
        event.preventDefault();
        problem.textContent = '';
        send.setAttribute('aria-busy', 'true');
        const wrong = await submit(readFields(modal, form)).catch((error) => error.message);
        send.removeAttribute('aria-busy');
        if (wrong === null) close();
        else problem.textContent = `Something went wrong, nothing was submitted: ${wrong}`;
      },
    },
    h('h2', { id: 'modal-title' }, modal.title),
    h('p', { class: 'quiet modal-note' }, 'This form goes to the application. It is a sandbox, not Discord.'),
    ...modal.components.map(renderPart),
    problem,
    h(
      'div',
      { class: 'dialog-actions' },
      h('button', { type: 'button', class: 'button', onclick: close }, 'Cancel'),
      send,
    ),
  );
  dialog.replaceChildren(form);
  dialog.showModal();
  form.querySelector('input, textarea, select')?.focus();
}
