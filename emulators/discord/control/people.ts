import { z } from 'zod';
import { blankMessage } from '../actions/compose-message.ts';
import { joinGuild, leaveGuild, setMemberRole } from '../actions/member-actions.ts';
import { openDm } from '../actions/open-dm.ts';
import { deleteMessage, publishMessage } from '../actions/publish-message.ts';
import { intentBits } from '../gateway/intents.ts';
import { InputProblem } from '../interactions/command-options.ts';
import { requirePresence } from '../interactions/invoke.ts';
import { deauthorise } from '../oauth/deauthorise.ts';
import { isAuthorised } from '../oauth/token.ts';
import type { JsonObject, User } from '../state/records.ts';
import { toMemberBody, toRoleBody } from '../wire/people.ts';
import { type ControlCall, type ControlRoute, UnknownThing } from './control-route.ts';
import { findChannel, findGuild, findMessage, findUser } from './lookup.ts';
import { toViewedMessage } from './view.ts';

const userSchema = z.object({
  username: z.string().regex(/^[a-z0-9_.]{2,32}$/),
  global_name: z.string().max(32).nullable().default(null),
  email: z.email().optional(),
  locale: z.string().default('en-US'),
});
const userChangeSchema = z.object({
  global_name: z.string().max(32).nullable().optional(),
  dms_open: z.boolean().optional(),
});
const namedUserSchema = z.object({ user_id: z.string() });
const writtenSchema = z.object({
  user_id: z.string(),
  channel_id: z.string(),
  content: z.string().min(1).max(2000),
});
const roleChangeSchema = z.object({
  position: z.int().min(1).optional(),
  permissions: z.string().regex(/^\d+$/).optional(),
  name: z.string().optional(),
});

function createUser({ sandbox, body }: ControlCall): User {
  const { world } = sandbox;
  const asked = userSchema.parse(body);
  if (world.users.find((user) => user.username === asked.username)) {
    throw new InputProblem(`The username "${asked.username}" is taken`);
  }
  const email = asked.email ?? `${asked.username}@example.test`;
  const user = world.users.put({ ...asked, id: world.nextId(), email, bot: false, dms_open: true });
  world.hub.change({ kind: 'people' });
  return user;
}

function changeUser({ sandbox, params, body }: ControlCall): User {
  const { world } = sandbox;
  const user = world.users.put({ ...findUser(world, params.user_id), ...userChangeSchema.parse(body) });
  world.hub.change({ kind: 'people' });
  for (const member of world.members.list((known) => known.user_id === user.id)) {
    const event = { ...toMemberBody(world, member), guild_id: member.guild_id };
    world.hub.dispatch({
      name: 'GUILD_MEMBER_UPDATE',
      body: event,
      intent: intentBits.guildMembers,
      guild_id: member.guild_id,
    });
  }
  return user;
}

function join({ sandbox, params, body }: ControlCall): JsonObject {
  const { world } = sandbox;
  const guild = findGuild(world, params.guild_id);
  const user = findUser(world, namedUserSchema.parse(body).user_id);
  return toMemberBody(world, joinGuild(sandbox, guild.id, user));
}

function leave({ sandbox, params }: ControlCall): void {
  const guild = findGuild(sandbox.world, params.guild_id);
  leaveGuild(sandbox, guild.id, findUser(sandbox.world, params.user_id));
}

/** An admin assigns or removes a role by hand; the bot's rules do not apply. */
function setRole({ sandbox, params }: ControlCall, has: boolean): void {
  const { world } = sandbox;
  const guild = findGuild(world, params.guild_id);
  const member = world.members.get(`${guild.id}:${findUser(world, params.user_id).id}`);
  const role_id = params.role_id ?? '';
  if (!member || !world.roles.get(role_id)) throw new UnknownThing('No such member or role');
  setMemberRole(sandbox, { member, role_id, has, reason: null, by_user_id: guild.owner_id });
}

/** Moves or changes a role, the bot's own included: `position` 1 is the lowest. */
function changeRole({ sandbox, params, body }: ControlCall): JsonObject {
  const { world } = sandbox;
  const role = world.roles.get(params.role_id ?? '');
  if (!role) throw new UnknownThing(`No role "${params.role_id}"`);
  const stored = world.roles.put({ ...role, ...roleChangeSchema.parse(body) });
  const event = { guild_id: role.guild_id, role: toRoleBody(stored) };
  world.hub.dispatch({
    name: 'GUILD_ROLE_UPDATE',
    body: event,
    intent: intentBits.guilds,
    guild_id: role.guild_id,
  });
  world.hub.change({ kind: 'members' });
  return toRoleBody(stored);
}

function writeMessage({ sandbox, body }: ControlCall): JsonObject {
  const { world } = sandbox;
  const { user_id, channel_id, content } = writtenSchema.parse(body);
  const user = findUser(world, user_id);
  const channel = findChannel(world, channel_id);
  requirePresence(world, channel, user);
  const mentioned = [...content.matchAll(/<@!?(\d+)>/g)].flatMap((match) => match[1] ?? []);
  const mention_ids = mentioned.filter((id) => world.users.get(id));
  const blank = blankMessage(sandbox, { channel_id: channel.id, author_id: user.id });
  return toViewedMessage(sandbox, publishMessage(sandbox, { ...blank, content, mention_ids }));
}

/** People and their actions outside the application. Users are addressed by id or username. */
export const peopleRoutes: readonly ControlRoute[] = [
  { method: 'POST', path: '/_sandbox/users', handle: createUser },
  { method: 'PUT', path: '/_sandbox/users/:user_id', handle: changeUser },
  { method: 'POST', path: '/_sandbox/guilds/:guild_id/members', handle: join },
  { method: 'DELETE', path: '/_sandbox/guilds/:guild_id/members/:user_id', handle: leave },
  {
    method: 'PUT',
    path: '/_sandbox/guilds/:guild_id/members/:user_id/roles/:role_id',
    handle: (call) => setRole(call, true),
  },
  {
    method: 'DELETE',
    path: '/_sandbox/guilds/:guild_id/members/:user_id/roles/:role_id',
    handle: (call) => setRole(call, false),
  },
  { method: 'PUT', path: '/_sandbox/roles/:role_id', handle: changeRole },
  { method: 'POST', path: '/_sandbox/messages', handle: writeMessage },
  {
    method: 'DELETE',
    path: '/_sandbox/messages/:message_id',
    handle: ({ sandbox, params }) => deleteMessage(sandbox, findMessage(sandbox.world, params.message_id)),
  },
  {
    method: 'POST',
    path: '/_sandbox/dms',
    handle: ({ sandbox, body }) =>
      openDm(sandbox, findUser(sandbox.world, namedUserSchema.parse(body).user_id).id),
  },
  {
    method: 'GET',
    path: '/_sandbox/users/:user_id/authorization',
    handle: ({ sandbox, params }) => ({
      is_authorised: isAuthorised(sandbox.world, findUser(sandbox.world, params.user_id).id),
    }),
  },
  {
    method: 'DELETE',
    path: '/_sandbox/users/:user_id/authorization',
    handle: ({ sandbox, params }) => deauthorise(sandbox.world, findUser(sandbox.world, params.user_id)),
  },
];
