/** Every scope an API key may have; the database has the same list. */
export const apiScopes = [
  'archives:verify',
  'boards:manage',
  'credits:read',
  'credits:write',
  'metrics:read',
  'players:read',
  'players:write',
  'requests:write',
  'score-events:write',
] as const;
export type ApiScope = (typeof apiScopes)[number];
