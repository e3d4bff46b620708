// Messages for open pages: the topics they join, and the events of each.

/** The name of a topic, from its subject. */
export const realtimeTopics = {
  board: (slug: string) => `board:${slug}`,
  player: (playerId: string) => `player:${playerId}`,
  /** Messages for approvers, each over their own topic. */
  requests: (approverId: string) => `admin:requests:${approverId}`,
  session: (sessionId: string) => `session:${sessionId}`,
} as const;

const requestEvents = [
  'request_cancelled',
  'request_created',
  'request_decided',
  'request_expired',
  'request_updated',
] as const;

/** The events of each topic. */
export const realtimeEvents = {
  board: ['board_refreshed'],
  player: ['balance_changed', 'link_changed', ...requestEvents],
  requests: [...requestEvents, 'requests_decided'],
  session: ['ended', 'role_changed'],
} as const satisfies Record<keyof typeof realtimeTopics, readonly string[]>;
