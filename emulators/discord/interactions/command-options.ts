import { z } from 'zod';
import { type CommandOption, commandDraftSchema, commandOptionSchema } from '../rules/command-rules.ts';
import { canView, channelPermissions } from '../rules/permissions.ts';
import type { Command, JsonObject } from '../state/records.ts';
import type { World } from '../state/world.ts';
import { toChannelBody } from '../wire/guild.ts';
import { toPartialMemberBody, toRoleBody, toUserBody } from '../wire/people.ts';

export const optionTypes = {
  subcommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
} as const;

/** A person's input, by option name. */
export const optionValuesSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export type OptionValues = z.infer<typeof optionValuesSchema>;

/** Input that a client refuses to send; the text is for the person who types. */
export class InputProblem extends Error {}

/** The options of a command, or of the subcommand at `path`. */
export function findOptions(command: Command, path: readonly string[]): CommandOption[] {
  let options = commandDraftSchema.parse(command.wire).options ?? [];
  for (const name of path) {
    const inner = options.find((option) => option.name === name && option.type <= optionTypes.group);
    if (!inner) throw new InputProblem(`/${command.name} has no subcommand "${name}"`);
    options = inner.options ?? [];
  }
  if (options.some((option) => option.type <= optionTypes.group)) {
    const names = options.map((option) => option.name).join(', ');
    throw new InputProblem(`/${[command.name, ...path].join(' ')} needs a subcommand: ${names}`);
  }
  return options;
}

const rangeSchema = z.looseObject({
  min_value: z.number().nullish(),
  max_value: z.number().nullish(),
  min_length: z.number().nullish(),
  max_length: z.number().nullish(),
});

function requireWithin(
  option: CommandOption,
  amount: number,
  least?: number | null,
  most?: number | null,
): void {
  if (least != null && amount < least) throw new InputProblem(`${option.name} must be at least ${least}`);
  if (most != null && amount > most) throw new InputProblem(`${option.name} must be at most ${most}`);
}

function coerce(option: CommandOption, value: string | number | boolean): string | number | boolean {
  const range = rangeSchema.parse(option);
  const choices = commandOptionSchema.parse(option).choices;
  if (choices?.length && !choices.some((choice) => String(choice.value) === String(value))) {
    throw new InputProblem(
      `${option.name} must be one of ${choices.map((choice) => choice.name).join(', ')}`,
    );
  }
  if (option.type === optionTypes.integer || option.type === optionTypes.number) {
    const amount = Number(value);
    const isWhole = option.type === optionTypes.number || Number.isInteger(amount);
    if (value === '' || !Number.isFinite(amount) || !isWhole)
      throw new InputProblem(`${option.name} must be a number`);
    requireWithin(option, amount, range.min_value, range.max_value);
    return amount;
  }
  if (option.type === optionTypes.boolean) return value === true || value === 'true';
  const text = String(value);
  if (option.type === optionTypes.string) {
    try {
      requireWithin(option, text.length, range.min_length, range.max_length);
    } catch (cause) {
      throw new InputProblem(`${option.name} has ${text.length} characters, which is not allowed`, { cause });
    }
  }
  return text;
}

/** Validates and converts typed values like a client, in the order of the definition. */
export function toOptionBodies(options: readonly CommandOption[], values: OptionValues): JsonObject[] {
  for (const name of Object.keys(values)) {
    if (!options.some((option) => option.name === name))
      throw new InputProblem(`There is no option "${name}"`);
  }
  return options.flatMap((option) => {
    const value = values[option.name];
    if (value === undefined) {
      if (option.required) throw new InputProblem(`${option.name} is required`);
      return [];
    }
    return [{ name: option.name, type: option.type, value: coerce(option, value) }];
  });
}

/** Input is not validated while typing: everything is sent, with the focused option marked. */
export function toPartialOptionBodies(
  options: readonly CommandOption[],
  values: OptionValues,
  focused: string,
): JsonObject[] {
  const isAsked = options.some((option) => option.name === focused && option.autocomplete);
  if (!isAsked) throw new InputProblem(`The option "${focused}" has no autocomplete`);
  return options.flatMap((option) => {
    const isFocused = option.name === focused;
    const value = values[option.name] ?? (isFocused ? '' : undefined);
    if (value === undefined) return [];
    return [{ name: option.name, type: option.type, value, ...(isFocused ? { focused: true } : {}) }];
  });
}

/** Wraps options in their subcommand and group. */
export function nestOptions(command: Command, path: readonly string[], options: JsonObject[]): JsonObject[] {
  const [name, ...rest] = path;
  if (name === undefined) return options;
  const type = rest.length > 0 ? optionTypes.group : optionTypes.subcommand;
  return [{ name, type, options: nestOptions(command, rest, options) }];
}

/** The full users, roles and channels that options refer to. Unknown ones are refused. */
export function resolveEntities(
  world: World,
  guildId: string | null,
  viewerId: string,
  ids: readonly { type: number; id: string }[],
): JsonObject | undefined {
  const users: JsonObject = {};
  const members: JsonObject = {};
  const roles: JsonObject = {};
  const channels: JsonObject = {};
  for (const { type, id } of ids) {
    const user = world.users.get(id);
    const role = world.roles.get(id);
    const channel = world.channels.get(id);
    if (user && (type === optionTypes.user || type === optionTypes.mentionable)) {
      users[id] = toUserBody(user);
      const member = guildId === null ? undefined : world.members.get(`${guildId}:${id}`);
      if (member) members[id] = { ...toPartialMemberBody(member), permissions: '0' };
    } else if (role && (type === optionTypes.role || type === optionTypes.mentionable)) {
      roles[id] = toRoleBody(role);
    } else if (channel && type === optionTypes.channel && canView(world, channel, viewerId)) {
      const permissions = String(channelPermissions(world, channel, viewerId));
      const app_permissions = String(channelPermissions(world, channel, world.credentials.application_id));
      channels[id] = { ...toChannelBody(world, channel), permissions, app_permissions };
    } else throw new InputProblem(`Nothing here has the id ${id}`);
  }
  const found = Object.entries({ users, members, roles, channels }).filter(
    ([, map]) => Object.keys(map).length > 0,
  );
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}
