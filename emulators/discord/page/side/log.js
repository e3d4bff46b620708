import { h } from '../dom.js';
import { store } from '../store.js';

const shownCount = 150;

const formatTime = (date) => date.toLocaleTimeString([], { hour12: false });

function renderNotice(notice) {
  const time = h(
    'time',
    { class: 'quiet notice-time', datetime: notice.at },
    formatTime(new Date(notice.at)),
  );
  const kind = h('span', { class: 'notice-kind' }, notice.kind);
  // With spaces between them, the line can break there.
  const words = [time, ' ', kind, ' ', notice.summary];
  const className = notice.level === 'loud' ? 'notice is-loud' : 'notice';
  if (Object.keys(notice.detail).length === 0) return h('li', { class: className }, ...words);
  const detail = h('pre', { tabindex: '0' }, JSON.stringify(notice.detail, null, 2));
  return h('li', { class: className }, h('details', {}, h('summary', {}, ...words), detail));
}

/** The newest events first: requests, events, interactions, and all loud lines. */
export function renderLog() {
  const newest = store.notices.slice(-shownCount).reverse();
  return [
    h('h2', { class: 'side-title' }, 'Log'),
    newest.length === 0
      ? h('p', { class: 'quiet' }, 'Nothing has happened yet.')
      : h('ol', { class: 'notices' }, ...newest.map(renderNotice)),
  ];
}
