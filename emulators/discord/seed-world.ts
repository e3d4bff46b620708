import type { Community, GuildSeed } from './community.ts';
import { sumPermissions } from './rules/permissions.ts';
import type { World } from './state/world.ts';

const hourMs = 3_600_000;

function addMembers(world: World, guild: GuildSeed): void {
  const foundedAtMs = Date.parse(guild.founded_at);
  const application = {
    user_id: world.credentials.application_id,
    roles: guild.application_role_id === null ? [] : [guild.application_role_id],
  };
  const members = guild.application_role_id === null ? guild.members : [application, ...guild.members];
  for (const [index, { user_id, roles }] of members.entries()) {
    world.members.put({
      id: `${guild.id}:${user_id}`,
      guild_id: guild.id,
      user_id,
      roles: [...roles],
      nick: null,
      joined_at_ms: foundedAtMs + index * hourMs,
    });
  }
}

function addRoles(world: World, guild: GuildSeed): void {
  world.roles.put({
    id: guild.id,
    guild_id: guild.id,
    name: '@everyone',
    position: 0,
    permissions: String(sumPermissions(guild.permissions)),
    color: 0,
    hoist: false,
    managed: false,
    bot_id: null,
  });
  for (const [index, role] of guild.roles.entries()) {
    const isManaged = role.id === guild.application_role_id;
    world.roles.put({
      ...role,
      guild_id: guild.id,
      position: guild.roles.length - index,
      permissions: String(sumPermissions(role.permissions)),
      hoist: true,
      managed: isManaged,
      bot_id: isManaged ? world.credentials.application_id : null,
    });
  }
}

function addChannels(world: World, guild: GuildSeed): void {
  for (const [position, { overwrites, ...channel }] of guild.channels.entries()) {
    world.channels.put({
      ...channel,
      type: 0,
      guild_id: guild.id,
      position,
      overwrites: overwrites.map(({ role_id, allow, deny }) => ({
        id: role_id,
        type: 0,
        allow: String(sumPermissions(allow)),
        deny: String(sumPermissions(deny)),
      })),
      recipient_id: null,
      last_message_id: null,
    });
  }
}

/** Fills an empty world with a community. */
export function seedWorld(world: World, { application, people, guilds }: Community): void {
  const id = world.credentials.application_id;
  world.applications.put({
    ...application,
    id,
    interactions_endpoint_url: null,
    endpoint_problem: null,
    event_webhooks_url: null,
    redirect_uris: [],
    allows_members_intent: true,
    allows_presence_intent: false,
    allows_content_intent: false,
  });
  const common = { dms_open: true, locale: 'en-US' };
  world.users.put({ ...common, id, username: application.name, global_name: null, email: null, bot: true });
  for (const person of people) world.users.put({ ...common, ...person, bot: false });
  for (const guild of guilds) {
    world.guilds.put({ id: guild.id, name: guild.name, owner_id: guild.owner_id });
    addRoles(world, guild);
    addMembers(world, guild);
    addChannels(world, guild);
  }
}
