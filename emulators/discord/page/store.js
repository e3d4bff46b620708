/**
 * What the page shows. Replace parts with `update`; views subscribe to the parts they read.
 *
 * @typedef {object} Pending an interaction of this page that has no message yet
 * @property {string} id
 * @property {string} channelId
 * @property {string} personId
 * @property {string} title
 * @property {'sending' | 'failed'} state
 * @property {string | null} problem
 */
export const store = {
  /** @type {any} */ world: null,
  personId: '',
  channelId: '',
  /** @type {any[]} */ messages: [],
  /** @type {Pending[]} */ pending: [],
  /** @type {any[]} */ notices: [],
  panel: 'members',
  isConnected: true,
};

/** @type {{ keys: string[], run: () => void }[]} */
const subscribers = [];

/** Runs something now and whenever one of these parts changes. */
export function watch(keys, run) {
  subscribers.push({ keys, run });
}

/** Replaces parts of the store and notifies their subscribers. */
export function update(parts) {
  // Notifying about unchanged parts could make two subscribers trigger each other forever.
  const changed = Object.keys(parts).filter((key) => store[key] !== parts[key]);
  Object.assign(store, parts);
  for (const { keys, run } of subscribers) if (keys.some((key) => changed.includes(key))) run();
}

export const currentGuild = () => store.world.guilds[0];
export const currentChannel = () => store.world.channels.find((channel) => channel.id === store.channelId);
export const findUser = (id) => store.world.users.find((user) => user.id === id);
export const findMember = (id) => currentGuild().members.find((member) => member.user.id === id);
export const nameOf = (user) => findMember(user.id)?.nick ?? user.global_name ?? user.username;
export const bot = () => store.world.users.find((user) => user.bot);

/** A person's roles, highest first, without @everyone. */
export function rolesOf(id) {
  const roles = currentGuild().roles;
  const own = findMember(id)?.roles ?? [];
  return roles.filter((role) => own.includes(role.id)).sort((a, b) => b.position - a.position);
}

/** The colour of a person's name: that of their highest coloured role. */
export function roleColorOf(id) {
  return rolesOf(id).find((role) => role.color)?.color ?? 0;
}

/** Commands that the person can use in this channel, of one type. */
export function usableCommands(type) {
  const ids = currentChannel()?.command_ids ?? [];
  return store.world.commands.filter((command) => command.type === type && ids.includes(command.id));
}
