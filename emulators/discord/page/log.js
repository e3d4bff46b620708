import { h } from './dom.js';
import { store } from './store.js';

const SHOWN = 150;

const formatTime = (date) => date.toLocaleTimeString([], { hour12: false });

function renderNotice(notice) {
  const time = h(
    'time',
    { class: 'quiet notice-time', datetime: notice.at },
    formatTime(new Date(notice.at)),
  );
  const kind = h('span', { class: 'notice-kind' }, notice.kind);
  const className = notice.level === 'loud' ? 'notice is-loud' : 'notice';
  if (Object.keys(notice.detail).length === 0)
    return h('li', { class: className }, time, kind, notice.summary);
  const detail = h('pre', { tabindex: '0' }, JSON.stringify(notice.detail, null, 2));
  return h(
    'li',
    { class: className },
    h('details', {}, h('summary', {}, time, kind, notice.summary), detail),
  );
}

/** The newest events first: requests, events, interactions, and everything loud. */
export function renderLog() {
  const newest = store.notices.slice(-SHOWN).reverse();
  return [
    h('h2', { class: 'side-title' }, 'Log'),
    newest.length === 0
      ? h('p', { class: 'quiet' }, 'Nothing has happened yet.')
      : h('ol', { class: 'notices' }, ...newest.map(renderNotice)),
  ];
}
