import { call } from '../api.js';
import { byId, h } from '../dom.js';
import { bot, currentGuild, findUser, nameOf, store, update } from '../store.js';

function renderLink(channel, label) {
  const isCurrent = channel.id === store.channelId;
  const open = () => {
    document.body.classList.remove('show-channels');
    update({ channelId: channel.id });
  };
  return h(
    'li',
    {},
    h(
      'button',
      { type: 'button', class: 'channel', 'aria-current': isCurrent ? 'page' : null, onclick: open },
      label,
    ),
  );
}

/** Opens the conversation between the chosen person and the bot, creating it if needed. */
async function openDm() {
  const channel = await call('POST', 'dms', { user_id: store.personId });
  document.body.classList.remove('show-channels');
  update({ channelId: channel.id });
}

/** Draws the channels that the chosen person sees. */
export function drawChannels() {
  const channels = store.world.channels;
  const dm = channels.find((channel) => channel.type === 1);
  const app = nameOf(bot());
  byId('channels').replaceChildren(
    h('h2', { class: 'guild-name' }, currentGuild().name),
    h(
      'ul',
      { class: 'channel-list' },
      ...channels
        .filter((channel) => channel.type === 0)
        .sort((a, b) => a.position - b.position)
        .map((channel) =>
          renderLink(channel, h('span', {}, h('span', { 'aria-hidden': 'true' }, '# '), channel.name)),
        ),
    ),
    h('h3', { class: 'list-title' }, 'Direct messages'),
    h(
      'ul',
      { class: 'channel-list' },
      dm
        ? renderLink(dm, app)
        : h('li', {}, h('button', { type: 'button', class: 'channel', onclick: () => void openDm() }, app)),
    ),
    h('p', { class: 'quiet signed-in' }, `Signed in as ${nameOf(findUser(store.personId))}`),
  );
}
