import { type Community, parseCommunity } from '../community.ts';

/** A small community for tests of the sandbox itself. */
export const applicationId = '1390000000000000001';
export const guildId = '1311111111111111100';
export const channelIds = {
  general: '1311111111200000001',
  reading: '1311111111200000002',
  staff: '1311111111200000003',
} as const;
export const roleIds = {
  admin: '1311111111300000001',
  bot: '1311111111300000002',
  moderator: '1311111111300000003',
  host: '1311111111300000004',
  reader: '1311111111300000005',
} as const;
export const userIds = {
  nora: '1322222222200000001',
  otis: '1322222222200000002',
  lena: '1322222222200000003',
  ivo: '1322222222200000004',
  tara: '1322222222200000005',
  carla: '1322222222200000006',
} as const;

/** Each person's name and roles; Carla's name is markup. */
const people = [
  { id: userIds.nora, username: 'nora', global_name: 'Nora Lindgren', roles: [roleIds.admin] },
  { id: userIds.otis, username: 'otis', global_name: 'Otis Bell', roles: [roleIds.moderator] },
  { id: userIds.lena, username: 'lena', global_name: 'Lena Fuchs', roles: [] },
  { id: userIds.ivo, username: 'ivo', global_name: null, roles: [] },
  { id: userIds.tara, username: 'tara', global_name: 'Tara Quist', roles: [] },
  { id: userIds.carla, username: 'carla', global_name: 'Carla "CJ" <Jones> & Co', roles: [] },
];

export const bookClub: Community = parseCommunity({
  application: { name: 'Librarian', description: 'Lends books.', owner_id: userIds.nora },
  people: people.map(({ roles: _, ...person }) => ({ ...person, email: `${person.username}@example.test` })),
  guilds: [
    {
      id: guildId,
      name: 'Book Club',
      owner_id: userIds.nora,
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
          name: 'Librarian',
          color: 0x3b82c4,
          permissions: ['manageRoles', 'manageMessages'],
        },
        { id: roleIds.moderator, name: 'Moderator', color: 0x2f9e77, permissions: ['manageGuild'] },
        { id: roleIds.host, name: 'Host', color: 0xd9a514 },
        { id: roleIds.reader, name: 'Reader', color: 0x8c99a6 },
      ],
      application_role_id: roleIds.bot,
      channels: [
        { id: channelIds.general, name: 'general', topic: 'Everything about books' },
        { id: channelIds.reading, name: 'reading', topic: null },
        {
          id: channelIds.staff,
          name: 'staff',
          topic: 'For moderators',
          overwrites: [
            { role_id: guildId, deny: ['viewChannel'] },
            { role_id: roleIds.moderator, allow: ['viewChannel'] },
            { role_id: roleIds.bot, allow: ['viewChannel'] },
          ],
        },
      ],
      members: people.map(({ id, roles }) => ({ user_id: id, roles })),
    },
  ],
});
