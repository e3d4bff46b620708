import { h, toCssColor } from '../dom.js';
import { renderInitial } from '../messages/message.js';
import { currentGuild, findMember, nameOf, roleColorOf, rolesOf, store } from '../store.js';
import { openPersonCard } from './card.js';

function renderPerson(user) {
  const color = toCssColor(roleColorOf(user.id));
  // The first one is the heading above.
  const roles = rolesOf(user.id)
    .slice(1)
    .map((role) => role.name);
  return h(
    'li',
    {},
    h(
      'button',
      { type: 'button', class: 'member', onclick: () => openPersonCard(user.id) },
      renderInitial(user),
      h(
        'span',
        { class: 'member-text' },
        h(
          'span',
          { class: 'member-name' },
          color && h('span', { class: 'role-dot', style: { '--role': color }, 'aria-hidden': 'true' }),
          nameOf(user),
          user.bot && h('span', { class: 'app-badge' }, 'App'),
        ),
        roles.length > 0 && h('span', { class: 'member-roles quiet' }, roles.join(', ')),
      ),
    ),
  );
}

function renderGroup(name, users) {
  if (users.length === 0) return [];
  const sorted = [...users].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  return [
    h('h3', { class: 'list-title' }, `${name} — ${users.length}`),
    h('ul', { class: 'member-list' }, ...sorted.map(renderPerson)),
  ];
}

/** Members below their highest role, then everybody else. */
export function renderMembers() {
  const guild = currentGuild();
  const roles = guild.roles.filter((role) => role.hoist).sort((a, b) => b.position - a.position);
  const users = guild.members.map((member) => member.user);
  const topOf = (user) => rolesOf(user.id).find((role) => role.hoist)?.id;
  const outside = store.world.users.filter((user) => !findMember(user.id));
  return [
    h('h2', { class: 'side-title' }, 'Members'),
    ...roles.flatMap((role) =>
      renderGroup(
        role.name,
        users.filter((user) => topOf(user) === role.id),
      ),
    ),
    ...renderGroup(
      'Members',
      users.filter((user) => topOf(user) === undefined),
    ),
    ...renderGroup('Not in the server', outside),
  ];
}
