import * as spec from 'discord-api-spec/zod';
import { z } from 'zod';
import * as zm from 'zod/mini';
import { openDm } from '../actions/open-dm.ts';
import type { Call, Route } from '../http/route.ts';
import { invalidForm, RestError, unauthorized, unknownGuild, unknownUser } from '../rules/rest-error.ts';
import type { User } from '../state/records.ts';
import { toChannelBody } from '../wire/guild.ts';
import { toMemberBody, toOwnGuildBody, toOwnUserBody, toUserBody } from '../wire/people.ts';

const dmSchema = z.object({ recipient_id: z.string() });

/** The bot or person behind the token; a person's token needs the scope. */
function selfOf(call: Call, scope: string): User {
  const { caller } = call;
  if (caller.kind === 'nobody') throw unauthorized();
  if (caller.kind === 'person' && !caller.grant.scopes.includes(scope)) {
    throw new RestError(401, 0, '401: Unauthorized');
  }
  return caller.user;
}

function getSelf(call: Call) {
  const user = selfOf(call, 'identify');
  const withEmail = call.caller.kind === 'person' && call.caller.grant.scopes.includes('email');
  return { status: 200, body: toOwnUserBody(user, withEmail) };
}

function listOwnGuilds(call: Call) {
  const { world } = call.sandbox;
  const user = selfOf(call, 'guilds');
  const guilds = world.guilds.list((guild) => world.members.get(`${guild.id}:${user.id}`) !== undefined);
  return { status: 200, body: guilds.map((guild) => toOwnGuildBody(world, guild, user.id)) };
}

function getOwnMember(call: Call) {
  const { world } = call.sandbox;
  const user = selfOf(call, 'guilds.members.read');
  const member = world.members.get(`${call.param('guild_id')}:${user.id}`);
  if (!member) throw unknownGuild();
  return { status: 200, body: toMemberBody(world, member) };
}

function getUser(call: Call) {
  const user = call.sandbox.world.users.get(call.param('user_id'));
  if (!user) throw unknownUser();
  return { status: 200, body: toUserBody(user) };
}

function createDm(call: Call) {
  const { world } = call.sandbox;
  const { recipient_id } = dmSchema.parse(call.body);
  const user = world.users.get(recipient_id);
  if (!user) {
    const message = `Value "${recipient_id}" is not a known user.`;
    throw invalidForm([{ path: ['recipient_id'], code: 'NUMBER_TYPE_COERCE', message }]);
  }
  if (user.bot) throw new RestError(403, 50007, 'Cannot send messages to this user');
  return { status: 200, body: toChannelBody(world, openDm(call.sandbox, user.id)) };
}

/** Routes under `/users`. */
export const userRoutes: readonly Route[] = [
  { method: 'GET', path: '/users/@me', auth: 'any', gives: spec.UserPIIResponseSchema, handle: getSelf },
  { method: 'GET', path: '/users/{user_id}', auth: 'bot', gives: spec.UserResponseSchema, handle: getUser },
  {
    method: 'GET',
    path: '/users/@me/guilds',
    auth: 'any',
    gives: zm.array(spec.MyGuildResponseSchema),
    handle: listOwnGuilds,
  },
  {
    method: 'GET',
    path: '/users/@me/guilds/{guild_id}/member',
    auth: 'person',
    gives: spec.PrivateGuildMemberResponseSchema,
    handle: getOwnMember,
  },
  {
    method: 'POST',
    path: '/users/@me/channels',
    auth: 'bot',
    accepts: spec.CreatePrivateChannelRequestSchema,
    gives: spec.PrivateChannelResponseSchema,
    handle: createDm,
  },
];
