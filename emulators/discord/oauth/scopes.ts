/** What a scope allows, in words for the person who grants it. */
export const scopeTexts: ReadonlyMap<string, string> = new Map([
  ['identify', 'See your username, display name and avatar'],
  ['email', 'See your e-mail address'],
  ['guilds', 'See which servers you are in'],
  ['guilds.join', 'Add you to servers'],
  ['guilds.members.read', 'See your nickname and roles in servers'],
  ['role_connections.write', 'Update its details about you for linked roles'],
  ['openid', 'Know that it is you'],
]);
