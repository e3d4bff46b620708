import { byId, h } from '../dom.js';
import { currentChannel, store } from '../store.js';
import { renderMessage, renderPending } from './message.js';

const groupWithinMs = 5 * 60 * 1000;

/** Rendered messages by id, with their source: unchanged ones are left alone. */
const shown = new Map();

function isFollowing(message, before) {
  if (!before || message.interaction_metadata || message.ephemeral_for !== before.ephemeral_for) return false;
  const apartMs = Date.parse(message.timestamp) - Date.parse(before.timestamp);
  return before.author.id === message.author.id && apartMs < groupWithinMs;
}

function renderWelcome() {
  const channel = currentChannel();
  if (!channel) return h('p', { class: 'welcome' }, 'This person sees no channel.');
  const text =
    channel.type === 1
      ? 'Nothing here yet. Type / to use the application, or wait for it to write.'
      : `Nothing in #${channel.name} yet. Type / to use the application.`;
  return h('p', { class: 'welcome quiet' }, text);
}

/** Restores the focus to the same control after its message was redrawn. */
function keepFocus(draw) {
  const active = document.activeElement;
  const customId = active?.getAttribute('data-custom-id');
  const messageId = active?.closest('[data-message-id]')?.getAttribute('data-message-id');
  draw();
  if (!customId || !messageId || document.activeElement === active) return;
  const message = document.querySelector(`[data-message-id="${messageId}"]`);
  message?.querySelector(`[data-custom-id="${CSS.escape(customId)}"]`)?.focus();
}

function nodeFor(key, source, render) {
  const json = JSON.stringify(source);
  const known = shown.get(key);
  if (known?.json === json) return known.node;
  const node = render();
  shown.set(key, { json, node });
  return node;
}

/** Draws what is new or changed; keeps the list scrolled to the end if it was there. */
export function drawMessages() {
  const list = byId('messages');
  const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const pending = store.pending.filter(
    (item) => item.channelId === store.channelId && item.personId === store.personId,
  );
  keepFocus(() => {
    const nodes = store.messages.map((message, index) => {
      const following = isFollowing(message, store.messages[index - 1]);
      return nodeFor(message.id, { message, following, who: store.personId }, () =>
        renderMessage(message, following),
      );
    });
    for (const item of pending) nodes.push(nodeFor(item.id, item, () => renderPending(item)));
    const keys = new Set([...store.messages, ...pending].map((item) => item.id));
    for (const key of shown.keys()) if (!keys.has(key)) shown.delete(key);
    if (nodes.length === 0) nodes.push(renderWelcome());
    const isSame =
      nodes.length === list.children.length && nodes.every((node, i) => node === list.children[i]);
    if (!isSame) list.replaceChildren(...nodes);
  });
  if (wasAtEnd) list.scrollTop = list.scrollHeight;
}

/** Stays scrolled to the end even if the composer below grows. */
export function keepEndInView() {
  const list = byId('messages');
  let isAtEnd = true;
  list.addEventListener('scroll', () => {
    isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  });
  new ResizeObserver(() => {
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }).observe(list);
}

/** Discards what was drawn, for example when names or colours changed. */
export function redrawMessages() {
  shown.clear();
  drawMessages();
}
