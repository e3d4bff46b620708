/** Members of the server on whom no test relies. */
export const discordBystanders = [
  { id: '1222222222200000006', username: 'sofia', global_name: 'Sofía Marchetti' },
  { id: '1222222222200000007', username: 'tomasz', global_name: 'Tomasz Wójcik' },
  { id: '1222222222200000008', username: 'uma', global_name: 'Uma Krishnan' },
  { id: '1222222222200000009', username: 'victor', global_name: 'Victor Nwosu' },
  { id: '1222222222200000010', username: 'wen', global_name: '文 Wen Li' },
  { id: '1222222222200000011', username: 'xavier', global_name: 'Xavier Dubois' },
  { id: '1222222222200000012', username: 'yara', global_name: 'Yara Haddad' },
  { id: '1222222222200000013', username: 'zoe', global_name: 'Zoë Visser' },
  { id: '1222222222200000014', username: 'ben', global_name: null },
  { id: '1222222222200000015', username: 'carla', global_name: 'Carla "CJ" <Jones> & Co' },
];
