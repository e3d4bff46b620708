import { commandTypes } from '../rules/command-rules.ts';
import { canView, channelPermissions } from '../rules/permissions.ts';
import type { Channel, Command, Interaction, JsonObject, User } from '../state/records.ts';
import type { Sandbox } from '../state/sandbox.ts';
import type { World } from '../state/world.ts';
import { toMessageBody } from '../wire/message.ts';
import { buildInteraction, interactionTypes } from './build.ts';
import {
  findOptions,
  InputProblem,
  nestOptions,
  type OptionValues,
  optionTypes,
  resolveEntities,
  toOptionBodies,
  toPartialOptionBodies,
} from './command-options.ts';

/** A person who uses the application in a certain place. */
export interface Invocation {
  user: User;
  channel: Channel;
  /** Name of the command, subcommands after spaces: `library books add`. */
  name: string;
  values: OptionValues;
  /** Skips the permission that the command requires, as an admin's overwrite would. */
  isForced: boolean;
}

/** Commands available to a person in a channel; a guild's own command hides a global one of the same name. */
export function listUsableCommands(world: World, channel: Channel, user: User): Command[] {
  const permissions = channelPermissions(world, channel, user.id);
  const isAllowed = (command: Command): boolean => {
    const needed = command.wire.default_member_permissions;
    if (typeof needed !== 'string' || channel.guild_id === null) return true;
    const bits = BigInt(needed);
    const isAdministrator = (permissions & 8n) !== 0n;
    return isAdministrator || (bits !== 0n && (permissions & bits) === bits);
  };
  return listPlacedCommands(world, channel).filter(isAllowed);
}

function listPlacedCommands(world: World, channel: Channel): Command[] {
  const context = channel.guild_id === null ? 1 : 0;
  const own = world.commands.list(
    (command) => command.guild_id !== null && command.guild_id === channel.guild_id,
  );
  const global = world.commands.list((command) => {
    if (command.guild_id !== null) return false;
    const contexts = command.wire.contexts;
    const isHere = Array.isArray(contexts) ? contexts.includes(context) : true;
    const isDmRefused = context === 1 && command.wire.dm_permission === false;
    return (
      isHere &&
      !isDmRefused &&
      !own.some((other) => other.name === command.name && other.type === command.type)
    );
  });
  return [...own, ...global];
}

function findCommand(sandbox: Sandbox, invocation: Invocation, type: number): Command {
  const { channel, user, isForced } = invocation;
  const name = type === commandTypes.chatInput ? (invocation.name.split(' ')[0] ?? '') : invocation.name;
  const usable = isForced
    ? listPlacedCommands(sandbox.world, channel)
    : listUsableCommands(sandbox.world, channel, user);
  const command = usable.find((known) => known.name === name && known.type === type);
  if (!command) throw new InputProblem(`${user.username} cannot use a command "${name}" here`);
  return command;
}

function baseData(command: Command): JsonObject {
  const place = command.guild_id === null ? {} : { guild_id: command.guild_id };
  return { id: command.id, name: command.name, type: command.type, ...place };
}

/** Throws if a person cannot do anything in this channel. */
export function requirePresence(world: World, channel: Channel, user: User): void {
  if (!canView(world, channel, user.id)) throw new InputProblem(`${user.username} cannot see this channel`);
}

/** A slash command as sent on Enter. */
export function buildCommand(sandbox: Sandbox, invocation: Invocation): Interaction {
  const { user, channel, values } = invocation;
  const command = findCommand(sandbox, invocation, commandTypes.chatInput);
  const path = invocation.name.split(' ').slice(1);
  const bodies = toOptionBodies(findOptions(command, path), values);
  const named = bodies.filter(
    (body) => Number(body.type) >= optionTypes.user && Number(body.type) <= optionTypes.mentionable,
  );
  const ids = named.map((body) => ({ type: Number(body.type), id: String(body.value) }));
  const resolved = resolveEntities(sandbox.world, channel.guild_id, user.id, ids);
  const options = nestOptions(command, path, bodies);
  const data = {
    ...baseData(command),
    ...(options.length > 0 ? { options } : {}),
    ...(resolved ? { resolved } : {}),
  };
  return buildInteraction(sandbox, { type: interactionTypes.command, data, user, channel });
}

/** The autocomplete request while somebody types an option. */
export function buildAutocomplete(sandbox: Sandbox, invocation: Invocation, focused: string): Interaction {
  const { user, channel, values } = invocation;
  const command = findCommand(sandbox, invocation, commandTypes.chatInput);
  const path = invocation.name.split(' ').slice(1);
  const bodies = toPartialOptionBodies(findOptions(command, path), values, focused);
  const data = { ...baseData(command), options: nestOptions(command, path, bodies) };
  return buildInteraction(sandbox, { type: interactionTypes.autocomplete, data, user, channel });
}

/** A context menu command on a person or a message. */
export function buildContextCommand(sandbox: Sandbox, invocation: Invocation, targetId: string): Interaction {
  const { user, channel } = invocation;
  const { world } = sandbox;
  const target = world.users.get(targetId);
  if (target) {
    const command = findCommand(sandbox, invocation, commandTypes.user);
    const resolved = resolveEntities(world, channel.guild_id, user.id, [
      { type: optionTypes.user, id: targetId },
    ]);
    const data = { ...baseData(command), target_id: targetId, ...(resolved ? { resolved } : {}) };
    return buildInteraction(sandbox, { type: interactionTypes.command, data, user, channel });
  }
  const message = world.messages.get(targetId);
  if (message?.channel_id !== channel.id) throw new InputProblem(`Nothing here has the id ${targetId}`);
  const command = findCommand(sandbox, invocation, commandTypes.message);
  const resolved = { messages: { [targetId]: toMessageBody(world, sandbox.origin, message) } };
  const data = { ...baseData(command), target_id: targetId, resolved };
  return buildInteraction(sandbox, { type: interactionTypes.command, data, user, channel });
}
