import { call, follow } from './api.js';
import { drawComposer } from './composer/composer.js';
import { byId, h } from './dom.js';
import { drawMessages, keepEndInView, redrawMessages } from './messages/message-list.js';
import { drawChannels } from './side/channels.js';
import { renderControls } from './side/controls.js';
import { renderLog } from './side/log.js';
import { renderMembers } from './side/members.js';
import { currentChannel, nameOf, store, update, watch } from './store.js';
import { keepTimesFresh } from './time.js';

const noticesKept = 400;
const panels = { members: renderMembers, log: renderLog, controls: renderControls };

const readAddress = () => new URLSearchParams(location.search);

/** Coalesces concurrent requests into one run, which never overlaps with another. */
function coalesce(run) {
  let state = 'idle';
  return async function start() {
    if (state === 'running') state = 'again';
    if (state !== 'idle') return;
    state = 'running';
    await run().catch(() => undefined);
    const isAgain = state === 'again';
    state = 'idle';
    if (isAgain) await start();
  };
}

async function loadWorld() {
  const chosenId = store.personId;
  const asked = chosenId || readAddress().get('as');
  const everybody = store.world ?? (await call('GET', 'state'));
  const person =
    everybody.users.find((user) => user.id === asked || user.username === asked) ??
    everybody.users.find((user) => !user.bot);
  const world = await call('GET', `state?as=${person.id}`);
  // Another person was chosen in the meantime, which reloads the page's data: this answer must not overwrite the
  // choice.
  if (store.personId !== chosenId) return;
  const wanted = store.channelId || readAddress().get('channel') || '';
  const channel =
    world.channels.find((known) => known.id === wanted || known.name === wanted) ??
    world.channels.find((known) => known.type === 0) ??
    world.channels[0];
  update({ world, personId: person.id, channelId: channel?.id ?? '' });
}

async function loadMessages() {
  const { channelId, personId } = store;
  if (channelId === '') return update({ messages: [] });
  const { messages } = await call('GET', `messages?channel_id=${channelId}&as=${personId}`);
  if (channelId === store.channelId && personId === store.personId) update({ messages });
}

const refreshWorld = coalesce(loadWorld);
const refreshMessages = coalesce(loadMessages);

function drawPersonSwitch() {
  const options = store.world.users
    .filter((user) => !user.bot)
    .map((user) => h('option', { value: user.id, selected: user.id === store.personId }, nameOf(user)));
  byId('person').replaceChildren(...options);
}

function drawHead() {
  const channel = currentChannel();
  const isDm = channel?.type === 1;
  const name = channel ? (isDm ? 'Direct messages' : `# ${channel.name}`) : 'No channel';
  byId('channel-name').textContent = name;
  byId('channel-topic').textContent = isDm ? 'Between you and the application' : (channel?.topic ?? '');
  byId('messages').setAttribute('aria-label', `Messages in ${name}`);
  document.title = `${name} · chat sandbox`;
  const person = store.world.users.find((user) => user.id === store.personId);
  const address = new URLSearchParams({
    as: person?.username ?? '',
    channel: channel?.name || store.channelId,
  });
  history.replaceState(null, '', `?${address}`);
}

function drawBanner() {
  const { endpoint_problem } = store.world.application;
  const text = store.isConnected ? endpoint_problem : 'The sandbox does not answer. Trying again…';
  byId('banner').textContent = text ?? '';
}

function drawSide() {
  const side = byId('side');
  const scroll = side.scrollTop;
  side.setAttribute(
    'aria-label',
    store.panel === 'members' ? 'Members' : store.panel === 'log' ? 'Log' : 'Controls',
  );
  side.replaceChildren(...panels[store.panel]());
  side.scrollTop = scroll;
  for (const button of document.querySelectorAll('[data-panel]')) {
    button.setAttribute('aria-pressed', String(button.getAttribute('data-panel') === store.panel));
  }
}

function openChannels(isOpen) {
  document.body.classList.toggle('show-channels', isOpen);
  byId('open-channels').setAttribute('aria-expanded', String(isOpen));
}

function listenToPeople() {
  byId('person').addEventListener('change', (event) => update({ personId: event.currentTarget.value }));
  byId('open-channels').addEventListener('click', () =>
    openChannels(!document.body.classList.contains('show-channels')),
  );
  for (const button of document.querySelectorAll('[data-panel]')) {
    button.addEventListener('click', () => {
      const panel = button.getAttribute('data-panel');
      const isOpen = document.body.classList.contains('show-side');
      document.body.classList.toggle('show-side', !(isOpen && panel === store.panel));
      update({ panel });
    });
  }
  byId('conversation').addEventListener('click', () => openChannels(false));
}

function listenToSandbox() {
  follow({
    change(change) {
      const isHere = change.channel_id === store.channelId;
      if (change.kind !== 'messages' && change.kind !== 'interaction') void refreshWorld();
      if (isHere || change.kind === 'all' || change.kind === 'interaction') void refreshMessages();
    },
    notice: (notice) => update({ notices: [...store.notices, notice].slice(-noticesKept) }),
    async open() {
      await Promise.all([refreshWorld(), refreshMessages()]);
      update({ isConnected: true, notices: (await call('GET', 'log')).notices });
    },
    lost: () => update({ isConnected: false }),
  });
}

/** Redraws the composer only if its subject changed, so nobody's text is lost. */
function watchComposer() {
  let drawn = '';
  watch(['world', 'personId', 'channelId'], () => {
    const next = `${store.personId} ${store.channelId} ${currentChannel()?.id}`;
    if (next !== drawn) drawComposer();
    drawn = next;
  });
}

/** Messages show names, colours and commands, so they are redrawn only if one of those changed. */
function watchNames() {
  let drawn = '';
  watch(['world'], () => {
    const { users, guilds, commands } = store.world;
    const next = JSON.stringify([users, guilds, commands]);
    if (next !== drawn) redrawMessages();
    drawn = next;
  });
}

await loadWorld();
watch(['personId'], () => void refreshWorld());
watch(['personId', 'channelId'], () => void refreshMessages());
watch(['world', 'channelId', 'personId'], drawChannels);
watch(['world', 'personId'], drawPersonSwitch);
watch(['world', 'channelId', 'personId'], drawHead);
watch(['world', 'isConnected'], drawBanner);
watch(['world', 'panel'], drawSide);
watch(['notices'], () => store.panel === 'log' && drawSide());
watch(['messages', 'pending', 'channelId', 'personId'], drawMessages);
watchNames();
watchComposer();
listenToPeople();
update({ world: { ...store.world } });
await loadMessages();
listenToSandbox();
keepTimesFresh();
keepEndInView();
