// The database's limits, so callers can be told before they ask.

/** No board has a place beyond this one. */
export const positionMax = 1_000_000_000;

/** Score events of one batch. */
export const batchEventsMax = 10_000;

/** Neighbours on each side of a player. */
export const neighboursMax = 100;

/** Players whose standings are read at once. */
export const standingsPlayersMax = 100;

/** Players whose history is read at once. */
export const historyPlayersMax = 10;

/** The maximum number of rows that each read returns. */
export const pageRowsMax = {
  explain_movement: 100,
  export_period: 10_000,
  get_board_at: 1_000,
  get_board_page: 1_000,
  get_player_stats: 100,
  get_rank_history: 500,
  list_periods: 1_000,
  list_score_rules: 1_000,
  search_players: 100,
  verify_board: 1_000,
} as const;
