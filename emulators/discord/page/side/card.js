import { call } from '../api.js';
import { byId, h, toCssColor } from '../dom.js';
import { useContextCommand } from '../messages/interact.js';
import {
  currentGuild,
  findMember,
  findUser,
  nameOf,
  rolesOf,
  store,
  update,
  usableCommands,
} from '../store.js';

const userCommand = 2;

function button(label, run) {
  return h('button', { type: 'button', class: 'button', onclick: run }, label);
}

function renderRoles(userId) {
  const roles = rolesOf(userId);
  if (roles.length === 0) return h('p', { class: 'quiet' }, 'No roles');
  const items = roles.map((role) => {
    const dot = h('span', {
      class: 'role-dot',
      style: { '--role': toCssColor(role.color) ?? 'gray' },
      'aria-hidden': 'true',
    });
    return h('li', { class: 'role-chip' }, dot, role.name);
  });
  return h('ul', { class: 'role-chips' }, ...items);
}

function renderApps(userId, close) {
  const commands = usableCommands(userCommand);
  if (commands.length === 0) return null;
  const use = (command) => () => {
    close();
    void useContextCommand(command.name, userId);
  };
  return h(
    'section',
    { 'aria-label': 'Apps' },
    h('h3', {}, 'Apps'),
    h('div', { class: 'card-actions' }, ...commands.map((command) => button(command.name, use(command)))),
  );
}

function renderAdmin(user, close) {
  const guild = currentGuild();
  const member = findMember(user.id);
  const path = `guilds/${guild.id}/members`;
  const run = (method, where, body) => async () => {
    await call(method, where, body);
    close();
  };
  const dmLabel = user.dms_open ? 'Close direct messages' : 'Open direct messages';
  return h(
    'section',
    { 'aria-label': 'Sandbox actions' },
    h('h3', {}, 'Sandbox actions'),
    h(
      'div',
      { class: 'card-actions' },
      user.id !== store.personId &&
        button(`Become ${nameOf(user)}`, () => {
          close();
          update({ personId: user.id });
        }),
      button(dmLabel, run('PUT', `users/${user.id}`, { dms_open: !user.dms_open })),
      member
        ? button('Leave the server', run('DELETE', `${path}/${user.id}`))
        : button('Join the server', run('POST', path, { user_id: user.id })),
      // As on Discord's own page of authorised apps: the application is notified.
      user.is_authorised && button('Deauthorise the app', run('DELETE', `users/${user.id}/authorization`)),
    ),
    h(
      'p',
      { class: 'quiet' },
      user.is_authorised
        ? 'Has authorised the app.'
        : 'Has not authorised the app: it holds no working token.',
    ),
  );
}

/** Shows a person, what the application offers them, and what the sandbox can do to them. */
export function openPersonCard(userId) {
  const user = findUser(userId);
  if (!user) return;
  const dialog = byId('card');
  const close = () => dialog.close();
  dialog.replaceChildren(
    h('h2', { id: 'card-title' }, nameOf(user)),
    h('p', { class: 'quiet' }, user.bot ? 'The application' : `${user.username} · ${user.email ?? ''}`),
    h('h3', {}, 'Roles'),
    renderRoles(userId),
    ...(user.bot
      ? []
      : [renderApps(userId, close), renderAdmin(user, close)].filter((part) => part !== null)),
    h('div', { class: 'dialog-actions' }, button('Close', close)),
  );
  dialog.showModal();
}
