import { z } from 'zod';
import { listUsableCommands } from '../interactions/invoke.ts';
import { isAuthorised } from '../oauth/token.ts';
import { canView } from '../rules/permissions.ts';
import type { Channel, Interaction, JsonObject, Message, User } from '../state/records.ts';
import type { Sandbox } from '../state/sandbox.ts';
import { compareSnowflakes } from '../state/snowflake.ts';
import type { World } from '../state/world.ts';
import { toChannelBody } from '../wire/guild.ts';
import { toMessageBody } from '../wire/message.ts';
import { membersOf, toMemberBody, toRoleBody, toUserBody } from '../wire/people.ts';
import type { ControlCall, ControlRoute } from './control-route.ts';
import { findChannel, findGuild, findUser } from './lookup.ts';

/** A message with what only the sandbox knows: who sees it, and the state of its interaction. */
export function toViewedMessage(sandbox: Sandbox, message: Message): JsonObject {
  const interaction = sandbox.world.interactions.get(message.interaction_id ?? '');
  return {
    ...toMessageBody(sandbox.world, sandbox.origin, message),
    ephemeral_for: message.ephemeral_for,
    interaction_state: interaction?.state ?? null,
    command_name: interaction ? commandNameOf(interaction) : null,
  };
}

interface NamedOption {
  name: string;
  type: number;
  options?: NamedOption[] | undefined;
}
const namedOptionSchema: z.ZodType<NamedOption> = z.looseObject({
  name: z.string(),
  type: z.int(),
  get options() {
    return z.array(namedOptionSchema).optional();
  },
});
const subcommandGroupType = 2;

function subcommandsOf(options: readonly NamedOption[] = []): string[] {
  const [first] = options;
  return first && first.type <= subcommandGroupType ? [first.name, ...subcommandsOf(first.options)] : [];
}

/** The command as a person invoked it: `/admin sync`, or the name in a menu. Components have none. */
function commandNameOf(interaction: Interaction): string | null {
  const command = namedOptionSchema.safeParse(interaction.payload.data);
  if (!command.success) return null;
  const { name, type, options } = command.data;
  return type === 1 ? `/${[name, ...subcommandsOf(options)].join(' ')}` : name;
}

function toViewedUser(world: World, user: User): JsonObject {
  const is_authorised = isAuthorised(world, user.id);
  return { ...toUserBody(user), email: user.email, dms_open: user.dms_open, is_authorised };
}

/** The whole world; with `as`, the part that this person sees. */
function viewState({ sandbox, query }: ControlCall): JsonObject {
  const { world, faults } = sandbox;
  const as = query.has('as') ? findUser(world, query.get('as') ?? undefined) : undefined;
  const channels = world.channels.list().filter((channel) => !as || canView(world, channel, as.id));
  const usable = (channel: Channel) =>
    as ? listUsableCommands(world, channel, as).map(({ id }) => id) : undefined;
  return {
    now: new Date(world.clock.now()).toISOString(),
    application: { ...world.application(), public_key: world.credentials.public_key },
    users: world.users.list().map((user) => toViewedUser(world, user)),
    guilds: world.guilds.list().map((guild) => ({
      ...guild,
      roles: world.roles.list((role) => role.guild_id === guild.id).map(toRoleBody),
      members: membersOf(world, guild.id).map((member) => toMemberBody(world, member)),
    })),
    channels: channels.map((channel) => ({ ...toChannelBody(world, channel), command_ids: usable(channel) })),
    commands: world.commands.list().map((command) => command.wire),
    faults: faults.list(),
    invalid_requests: faults.invalidRequests(),
  };
}

/**
 * Messages of a channel, oldest first, ephemeral ones included; with `as`, only those that this person sees.
 */
function viewMessages({ sandbox, query }: ControlCall): JsonObject {
  const { world } = sandbox;
  const channel = findChannel(world, query.get('channel_id') ?? undefined);
  const as = query.has('as') ? findUser(world, query.get('as') ?? undefined) : undefined;
  const limit = Number(query.get('limit') ?? 100);
  const isSeen = (message: Message): boolean =>
    !as || (canView(world, channel, as.id) && [null, as.id].includes(message.ephemeral_for));
  const messages = world.messages
    .list((message) => message.channel_id === channel.id && isSeen(message))
    .sort((a, b) => compareSnowflakes(a.id, b.id));
  return { messages: messages.slice(-limit).map((message) => toViewedMessage(sandbox, message)) };
}

/** The conversation between the bot and a person. */
function viewDms({ sandbox, params }: ControlCall): JsonObject {
  const { world } = sandbox;
  const user = findUser(world, params.user_id);
  const channel = world.channels.find((known) => known.recipient_id === user.id);
  const messages = world.messages
    .list((message) => message.channel_id === channel?.id)
    .sort((a, b) => compareSnowflakes(a.id, b.id));
  return {
    channel_id: channel?.id ?? null,
    dms_open: user.dms_open,
    messages: messages.map((message) => toViewedMessage(sandbox, message)),
  };
}

function viewMember({ sandbox, params }: ControlCall): JsonObject {
  const { world } = sandbox;
  const guild = findGuild(world, params.guild_id);
  const user = findUser(world, params.user_id);
  const member = world.members.get(`${guild.id}:${user.id}`);
  const roles = (member?.roles ?? []).flatMap((id) => world.roles.get(id) ?? []);
  return {
    is_member: member !== undefined,
    roles: roles.map((role) => role.id),
    role_names: roles.map((role) => role.name),
  };
}

/** Read access to the world. */
export const viewRoutes: readonly ControlRoute[] = [
  { method: 'GET', path: '/_sandbox/state', handle: viewState },
  { method: 'GET', path: '/_sandbox/messages', handle: viewMessages },
  { method: 'GET', path: '/_sandbox/dms/:user_id', handle: viewDms },
  { method: 'GET', path: '/_sandbox/guilds/:guild_id/members/:user_id', handle: viewMember },
  {
    method: 'GET',
    path: '/_sandbox/guilds/:guild_id/audit-log',
    handle: ({ sandbox, params }) => ({
      entries: sandbox.world.auditEntries.list((entry) => entry.guild_id === params.guild_id),
    }),
  },
  {
    method: 'GET',
    path: '/_sandbox/interactions/:interaction_id',
    handle: ({ sandbox, params }) => sandbox.world.interactions.get(params.interaction_id ?? '') ?? null,
  },
  {
    method: 'GET',
    path: '/_sandbox/log',
    handle: ({ sandbox }) => ({ notices: sandbox.world.hub.notices() }),
  },
];
