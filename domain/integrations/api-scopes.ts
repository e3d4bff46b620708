/** Every scope an API key may have; the database has the same list. */
export const apiScopes = [
  'archives:verify',
  'boards:manage',
  'metrics:read',
  'players:read',
  'players:write',
  'score-events:write',
] as const;
export type ApiScope = (typeof apiScopes)[number];
