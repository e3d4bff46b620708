/** Everything an API key may be allowed to do; the database holds the same list. */
export const apiScopes = [
  'archives:verify',
  'boards:manage',
  'metrics:read',
  'players:read',
  'players:write',
  'score-events:write',
] as const;
export type ApiScope = (typeof apiScopes)[number];
