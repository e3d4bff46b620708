import { h, toCssColor } from '../dom.js';
import { emojiText } from '../emoji-text.js';
import { renderSelect } from '../select.js';
import { useComponent } from './interact.js';
import { renderMarkdown } from './markdown.js';
import { renderPickList } from './pick-list.js';

const buttonStyles = { 1: 'primary', 2: '', 3: 'success', 4: 'danger', 5: 'link' };

/** Runs a click handler, disables the control meanwhile and shows a failure below the message. */
async function run(control, messageId, customId, values) {
  const host = control.closest('.message-body');
  host?.querySelector('.component-problem')?.remove();
  control.setAttribute('aria-busy', 'true');
  const problem = await useComponent(messageId, customId, values).catch((error) => error.message);
  control.removeAttribute('aria-busy');
  if (problem === null) return;
  const text = 'The application did not respond';
  host?.append(h('p', { class: 'component-problem', role: 'alert', title: problem }, text));
}

function renderButton(button, messageId) {
  const content = [emojiText(button.emoji), button.label].filter(Boolean).join(' ');
  const className = `button ${buttonStyles[button.style] ?? ''}`;
  if (button.style === 5) {
    return h(
      'a',
      { class: className, href: button.url, target: '_blank', rel: 'noreferrer noopener' },
      `${content} ↗`,
    );
  }
  return h(
    'button',
    {
      type: 'button',
      class: className,
      disabled: button.disabled,
      'data-custom-id': button.custom_id,
      onclick: (event) => {
        const control = event.currentTarget;
        if (control.getAttribute('aria-busy') !== 'true') void run(control, messageId, button.custom_id, []);
      },
    },
    content,
  );
}

function renderMessageSelect(select, messageId) {
  const send = (control, values) => void run(control, messageId, select.custom_id, values);
  if (select.max_values > 1) return renderPickList(select, send);
  return renderSelect(select, {
    onchange: (event) => send(event.currentTarget, [event.currentTarget.value].filter(Boolean)),
  });
}

/** A picture with its alternative text; a spoiler stays covered until it is opened. */
function renderMedia(media, description, isSpoiler, className) {
  const image = h('img', { class: className, src: media.url, alt: description ?? '', loading: 'lazy' });
  if (!isSpoiler) return image;
  return h('details', { class: 'spoiler' }, h('summary', {}, 'Spoiler, show'), image);
}

function renderContainer(container, messageId) {
  const color = toCssColor(container.accent_color);
  return h(
    'div',
    { class: 'cv2-container', style: color ? { '--container-accent': color } : {} },
    ...container.components.map((component) => renderComponent(component, messageId)),
  );
}

/** Any message component, of either generation. */
export function renderComponent(component, messageId) {
  const children = () => (component.components ?? []).map((child) => renderComponent(child, messageId));
  switch (component.type) {
    case 1:
      return h('div', { class: 'action-row' }, ...children());
    case 2:
      return renderButton(component, messageId);
    case 3:
    case 5:
    case 6:
    case 7:
    case 8:
      return renderMessageSelect(component, messageId);
    case 9:
      return h(
        'div',
        { class: 'cv2-section' },
        h('div', { class: 'cv2-section-text' }, ...children()),
        renderComponent(component.accessory, messageId),
      );
    case 10:
      return renderMarkdown(component.content);
    case 11:
      return renderMedia(component.media, component.description, component.spoiler, 'cv2-thumbnail');
    case 12:
      return h(
        'div',
        { class: 'cv2-gallery' },
        ...component.items.map((item) =>
          renderMedia(item.media, item.description, item.spoiler, 'cv2-picture'),
        ),
      );
    case 13:
      return h('a', { href: component.file.url, class: 'attachment' }, `File ${component.name ?? ''}`);
    case 14:
      return h(component.divider ? 'hr' : 'div', { class: `cv2-gap cv2-gap-${component.spacing}` });
    case 17:
      return renderContainer(component, messageId);
    default:
      return h(
        'p',
        { class: 'component-problem' },
        `The sandbox cannot show components of type ${component.type}`,
      );
  }
}
