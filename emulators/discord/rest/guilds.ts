import * as spec from 'discord-api-spec/zod';
import { z } from 'zod';
import * as zm from 'zod/mini';
import { joinGuild, leaveGuild } from '../actions/member-actions.ts';
import type { Answer, Call, Route } from '../http/route.ts';
import { compareRoles, topRole } from '../rules/permissions.ts';
import {
  invalidForm,
  missingAccess,
  missingPermissions,
  RestError,
  unknownUser,
} from '../rules/rest-error.ts';
import { compareSnowflakes } from '../state/snowflake.ts';
import { toGuildBody } from '../wire/guild.ts';
import { displayNameOf, membersOf, toMemberBody, toRoleBody } from '../wire/people.ts';
import { botOf, findGuild, findMember, readLimit, requireGuildPermission } from './find.ts';

const joinSchema = z.object({ access_token: z.string() });

function getGuild(call: Call): Answer {
  const withCounts = call.query.get('with_counts') === 'true';
  return { status: 200, body: toGuildBody(call.sandbox.world, findGuild(call), withCounts) };
}

function listRoles(call: Call): Answer {
  const guild = findGuild(call);
  const roles = call.sandbox.world.roles.list((role) => role.guild_id === guild.id);
  return { status: 200, body: roles.map(toRoleBody) };
}

function countRoleMembers(call: Call): Answer {
  const { world } = call.sandbox;
  const guild = findGuild(call);
  const members = membersOf(world, guild.id);
  const roles = world.roles.list((role) => role.guild_id === guild.id && role.id !== guild.id);
  const count = (roleId: string) => members.filter((member) => member.roles.includes(roleId)).length;
  return { status: 200, body: Object.fromEntries(roles.map((role) => [role.id, count(role.id)])) };
}

function listMembers(call: Call): Answer {
  const { world } = call.sandbox;
  const guild = findGuild(call);
  if (!world.application().allows_members_intent) throw missingAccess();
  const after = call.query.get('after') ?? '0';
  const page = membersOf(world, guild.id)
    .filter((member) => compareSnowflakes(member.user_id, after) > 0)
    .slice(0, readLimit(call.query, 1, 1000));
  return { status: 200, body: page.map((member) => toMemberBody(world, member)) };
}

function searchMembers(call: Call): Answer {
  const { world } = call.sandbox;
  const guild = findGuild(call);
  const query = call.query.get('query')?.toLowerCase();
  if (!query) {
    throw invalidForm([{ path: ['query'], code: 'BASE_TYPE_REQUIRED', message: 'This field is required' }]);
  }
  const found = membersOf(world, guild.id).filter((member) => {
    const user = world.users.get(member.user_id);
    if (!user) return false;
    return [user.username, displayNameOf(user, member)].some((name) => name.toLowerCase().startsWith(query));
  });
  const page = found.slice(0, readLimit(call.query, 1, 1000));
  return { status: 200, body: page.map((member) => toMemberBody(world, member)) };
}

function getMember(call: Call): Answer {
  const { world } = call.sandbox;
  return { status: 200, body: toMemberBody(world, findMember(call, findGuild(call))) };
}

/** Adds a person who granted `guilds.join`. */
function addMember(call: Call): Answer {
  const { world } = call.sandbox;
  const guild = findGuild(call);
  const { access_token } = joinSchema.parse(call.body);
  requireGuildPermission(world, guild.id, botOf(call).id, 'createInstantInvite');
  const user = world.users.get(call.param('user_id'));
  if (!user) throw unknownUser();
  const grant = world.grants.get(access_token);
  const isGranted = grant?.user_id === user.id && grant.expires_at_ms > world.clock.now();
  if (!isGranted || !grant.scopes.includes('guilds.join')) {
    throw new RestError(403, 50025, 'Invalid OAuth2 access token');
  }
  if (world.members.get(`${guild.id}:${user.id}`)) return { status: 204 };
  return { status: 201, body: toMemberBody(world, joinGuild(call.sandbox, guild.id, user)) };
}

function kickMember(call: Call): Answer {
  const { world } = call.sandbox;
  const guild = findGuild(call);
  const bot = botOf(call);
  requireGuildPermission(world, guild.id, bot.id, 'kickMembers');
  const member = findMember(call, guild);
  const [own, theirs] = [topRole(world, guild.id, bot.id), topRole(world, guild.id, member.user_id)];
  const isBelow = own !== undefined && theirs !== undefined && compareRoles(own, theirs) > 0;
  if (member.user_id === guild.owner_id || !isBelow) throw missingPermissions();
  const user = world.users.get(member.user_id);
  if (user) leaveGuild(call.sandbox, guild.id, user);
  return { status: 204 };
}

/** Routes under `/guilds`, except those of single roles. */
export const guildRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/guilds/{guild_id}',
    auth: 'bot',
    gives: spec.GuildWithCountsResponseSchema,
    handle: getGuild,
  },
  {
    method: 'GET',
    path: '/guilds/{guild_id}/roles',
    auth: 'bot',
    gives: zm.array(spec.GuildRoleResponseSchema),
    handle: listRoles,
  },
  { method: 'GET', path: '/guilds/{guild_id}/roles/member-counts', auth: 'bot', handle: countRoleMembers },
  {
    method: 'GET',
    path: '/guilds/{guild_id}/members',
    auth: 'bot',
    gives: zm.array(spec.GuildMemberResponseSchema),
    handle: listMembers,
  },
  {
    method: 'GET',
    path: '/guilds/{guild_id}/members/search',
    auth: 'bot',
    gives: zm.array(spec.GuildMemberResponseSchema),
    handle: searchMembers,
  },
  {
    method: 'GET',
    path: '/guilds/{guild_id}/members/{user_id}',
    auth: 'bot',
    gives: spec.GuildMemberResponseSchema,
    handle: getMember,
  },
  {
    method: 'PUT',
    path: '/guilds/{guild_id}/members/{user_id}',
    auth: 'bot',
    accepts: spec.BotAddGuildMemberRequestSchema,
    gives: spec.GuildMemberResponseSchema,
    handle: addMember,
  },
  { method: 'DELETE', path: '/guilds/{guild_id}/members/{user_id}', auth: 'bot', handle: kickMember },
];
