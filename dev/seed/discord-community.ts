import { type Community, parseCommunity } from '#emulators/discord/community.ts';
import { discordBystanders } from './discord-bystanders.ts';

/** The Discord server of a local stack. Ids never change, so tests and the seed can refer to them. */
export const applicationId = '1290000000000000001';
export const guildId = '1111111111111111168';
export const channelIds = {
  general: '1111111111200000001',
  leaderboard: '1111111111200000002',
  approvals: '1111111111200000003',
} as const;
export const roleIds = {
  bot: '1111111111300000001',
  admin: '1111111111300000002',
  manager: '1111111111300000003',
  champion: '1111111111300000004',
  silver: '1111111111300000005',
  bronze: '1111111111300000006',
  top_10: '1111111111300000007',
  elite: '1111111111300000008',
} as const;
export const userIds = {
  ada: '1222222222200000001',
  max: '1222222222200000002',
  pia: '1222222222200000003',
  quinn: '1222222222200000004',
  rob: '1222222222200000005',
} as const;

const people = [
  { id: userIds.ada, username: 'ada', global_name: 'Ada Okafor', roles: [roleIds.admin] },
  { id: userIds.max, username: 'max', global_name: 'Max Lindqvist', roles: [roleIds.manager] },
  { id: userIds.pia, username: 'pia', global_name: 'Pia Romero', roles: [] },
  { id: userIds.quinn, username: 'quinn', global_name: 'Quinn Tanaka', roles: [] },
  { id: userIds.rob, username: 'rob', global_name: 'Rob Adeyemi', roles: [] },
  ...discordBystanders.map((person) => ({ ...person, roles: [] })),
];

/** The server "DealScale Arena". The tier roles stand below the bot's own role, so the bot may hand them out. */
export const discordCommunity: Community = parseCommunity({
  application: {
    name: 'DealScale',
    description: 'Ranks, roles, credits and news of the DealScale competition.',
    owner_id: userIds.ada,
  },
  people: people.map(({ roles: _, ...person }) => ({
    ...person,
    email: `${person.username}@dealscale.local`,
  })),
  guilds: [
    {
      id: guildId,
      name: 'DealScale Arena',
      owner_id: userIds.ada,
      founded_at: '2026-08-03T09:00:00Z',
      permissions: [
        'viewChannel',
        'sendMessages',
        'readMessageHistory',
        'embedLinks',
        'attachFiles',
        'createInstantInvite',
        'useApplicationCommands',
      ],
      roles: [
        { id: roleIds.admin, name: 'Admin', color: 0xd6455d, permissions: ['administrator'] },
        {
          id: roleIds.bot,
          name: 'DealScale',
          color: 0x3b82c4,
          permissions: ['manageRoles', 'manageMessages'],
        },
        { id: roleIds.manager, name: 'Manager', color: 0x2f9e77, permissions: ['manageGuild'] },
        { id: roleIds.champion, name: 'Champion', color: 0xd9a514 },
        { id: roleIds.silver, name: 'Silver', color: 0x8c99a6 },
        { id: roleIds.bronze, name: 'Bronze', color: 0xb0713a },
        { id: roleIds.top_10, name: 'Top 10', color: 0x3f8fd1 },
        { id: roleIds.elite, name: 'Elite', color: 0x7c5cd6 },
      ],
      application_role_id: roleIds.bot,
      channels: [
        { id: channelIds.general, name: 'general', topic: 'Deals, wins and small talk' },
        { id: channelIds.leaderboard, name: 'leaderboard', topic: 'Who is ahead right now' },
        {
          id: channelIds.approvals,
          name: 'approvals',
          topic: 'Credit requests that wait for a decision',
          overwrites: [
            { role_id: guildId, deny: ['viewChannel'] },
            { role_id: roleIds.manager, allow: ['viewChannel'] },
            { role_id: roleIds.bot, allow: ['viewChannel'] },
          ],
        },
      ],
      members: people.map(({ id, roles }) => ({ user_id: id, roles })),
    },
  ],
});
