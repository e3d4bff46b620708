import type { Channel, Guild, Message, User } from '../state/records.ts';
import type { World } from '../state/world.ts';
import { UnknownThing } from './control-route.ts';

/** A person by id or username. */
export function findUser(world: World, idOrName: string | undefined): User {
  const user = world.users.find((known) => known.id === idOrName || known.username === idOrName);
  if (!user) throw new UnknownThing(`No user "${idOrName}"`);
  return user;
}

export function findGuild(world: World, id: string | undefined): Guild {
  const guild = world.guilds.get(id ?? '');
  if (!guild) throw new UnknownThing(`No guild "${id}"`);
  return guild;
}

/** A channel by id or, in a guild, by name. */
export function findChannel(world: World, idOrName: string | undefined): Channel {
  const channel =
    world.channels.get(idOrName ?? '') ??
    world.channels.find((known) => known.type === 0 && known.name === idOrName);
  if (!channel) throw new UnknownThing(`No channel "${idOrName}"`);
  return channel;
}

export function findMessage(world: World, id: string | undefined): Message {
  const message = world.messages.get(id ?? '');
  if (!message) throw new UnknownThing(`No message "${id}"`);
  return message;
}
