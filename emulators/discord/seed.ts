import { PERMISSIONS } from './rules/permissions.ts';
import { SEED_BYSTANDERS } from './seed-bystanders.ts';
import type { World } from './state/world.ts';

/** Ids never change, so that tests, the local seed and the stack can name them. */
export const APPLICATION_ID = '1290000000000000001';
export const GUILD_ID = '1111111111111111168';
export const CHANNEL_IDS = {
  general: '1111111111200000001',
  leaderboard: '1111111111200000002',
  approvals: '1111111111200000003',
} as const;
export const ROLE_IDS = {
  bot: '1111111111300000001',
  admin: '1111111111300000002',
  manager: '1111111111300000003',
  champion: '1111111111300000004',
  silver: '1111111111300000005',
  bronze: '1111111111300000006',
  top_10: '1111111111300000007',
  elite: '1111111111300000008',
} as const;
export const USER_IDS = {
  ada: '1222222222200000001',
  max: '1222222222200000002',
  pia: '1222222222200000003',
  quinn: '1222222222200000004',
  rob: '1222222222200000005',
} as const;

const FOUNDED_AT_MS = Date.UTC(2026, 7, 3, 9, 0, 0);

const PEOPLE = [
  { id: USER_IDS.ada, username: 'ada', global_name: 'Ada Okafor', roles: [ROLE_IDS.admin] },
  { id: USER_IDS.max, username: 'max', global_name: 'Max Lindqvist', roles: [ROLE_IDS.manager] },
  { id: USER_IDS.pia, username: 'pia', global_name: 'Pia Romero', roles: [] },
  { id: USER_IDS.quinn, username: 'quinn', global_name: 'Quinn Tanaka', roles: [] },
  { id: USER_IDS.rob, username: 'rob', global_name: 'Rob Adeyemi', roles: [] },
];

/** From the highest to the lowest. The titles stand below the bot's own role, so the bot may hand them out. */
const ROLES = [
  { id: ROLE_IDS.admin, name: 'Admin', color: 0xd6455d, permissions: PERMISSIONS.administrator },
  { id: ROLE_IDS.bot, name: 'DealScale', color: 0x3b82c4, permissions: 0n },
  { id: ROLE_IDS.manager, name: 'Manager', color: 0x2f9e77, permissions: PERMISSIONS.manageGuild },
  { id: ROLE_IDS.champion, name: 'Champion', color: 0xd9a514, permissions: 0n },
  { id: ROLE_IDS.silver, name: 'Silver', color: 0x8c99a6, permissions: 0n },
  { id: ROLE_IDS.bronze, name: 'Bronze', color: 0xb0713a, permissions: 0n },
  { id: ROLE_IDS.top_10, name: 'Top 10', color: 0x3f8fd1, permissions: 0n },
  { id: ROLE_IDS.elite, name: 'Elite', color: 0x7c5cd6, permissions: 0n },
];

const EVERYONE_PERMISSIONS =
  PERMISSIONS.viewChannel |
  PERMISSIONS.sendMessages |
  PERMISSIONS.readMessageHistory |
  PERMISSIONS.embedLinks |
  PERMISSIONS.attachFiles |
  PERMISSIONS.createInstantInvite |
  PERMISSIONS.useApplicationCommands;

const CHANNELS = [
  { id: CHANNEL_IDS.general, name: 'general', topic: 'Deals, wins and small talk', overwrites: [] },
  { id: CHANNEL_IDS.leaderboard, name: 'leaderboard', topic: 'Who is ahead right now', overwrites: [] },
  {
    id: CHANNEL_IDS.approvals,
    name: 'approvals',
    topic: 'Credit requests that wait for a decision',
    overwrites: [
      { id: GUILD_ID, type: 0 as const, allow: '0', deny: String(PERMISSIONS.viewChannel) },
      { id: ROLE_IDS.manager, type: 0 as const, allow: String(PERMISSIONS.viewChannel), deny: '0' },
      { id: ROLE_IDS.bot, type: 0 as const, allow: String(PERMISSIONS.viewChannel), deny: '0' },
    ],
  },
];

function addPeople(world: World): void {
  const join = (userId: string, roles: readonly string[], index: number): void => {
    const id = `${GUILD_ID}:${userId}`;
    const joined_at_ms = FOUNDED_AT_MS + index * 3_600_000;
    world.members.put({
      id,
      guild_id: GUILD_ID,
      user_id: userId,
      roles: [...roles],
      nick: null,
      joined_at_ms,
    });
  };
  const common = { dms_open: true, locale: 'en-US' };
  const botId = world.credentials.application_id;
  world.users.put({ ...common, id: botId, username: 'DealScale', global_name: null, email: null, bot: true });
  join(botId, [ROLE_IDS.bot], 0);
  const everyone = [...PEOPLE, ...SEED_BYSTANDERS.map((person) => ({ ...person, roles: [] }))];
  for (const [index, { roles, ...person }] of everyone.entries()) {
    const email = `${person.username}@dealscale.local`;
    world.users.put({ ...common, ...person, email, bot: false });
    join(person.id, roles, index + 1);
  }
}

function addRoles(world: World): void {
  const fixed = { guild_id: GUILD_ID, hoist: true };
  world.roles.put({
    ...fixed,
    id: GUILD_ID,
    name: '@everyone',
    position: 0,
    permissions: String(EVERYONE_PERMISSIONS),
    color: 0,
    hoist: false,
    managed: false,
    bot_id: null,
  });
  for (const [index, role] of ROLES.entries()) {
    const isBotRole = role.id === ROLE_IDS.bot;
    const permissions = isBotRole ? PERMISSIONS.manageRoles | PERMISSIONS.manageMessages : role.permissions;
    world.roles.put({
      ...fixed,
      ...role,
      position: ROLES.length - index,
      permissions: String(permissions),
      managed: isBotRole,
      bot_id: isBotRole ? world.credentials.application_id : null,
    });
  }
}

/** Fills an empty world with the guild "DealScale Arena", its channels, roles and people. */
export function seedWorld(world: World): void {
  world.applications.put({
    id: world.credentials.application_id,
    name: 'DealScale',
    description: 'Ranks, roles, credits and news of the DealScale competition.',
    owner_id: USER_IDS.ada,
    interactions_endpoint_url: null,
    endpoint_problem: null,
    event_webhooks_url: null,
    redirect_uris: [],
    allows_members_intent: true,
    allows_presence_intent: false,
    allows_content_intent: false,
  });
  world.guilds.put({ id: GUILD_ID, name: 'DealScale Arena', owner_id: USER_IDS.ada });
  addRoles(world);
  addPeople(world);
  for (const [position, channel] of CHANNELS.entries()) {
    world.channels.put({
      ...channel,
      type: 0,
      guild_id: GUILD_ID,
      position,
      recipient_id: null,
      last_message_id: null,
    });
  }
}
