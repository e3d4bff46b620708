import type { BoardKind, PeriodState, Tier } from './vocabulary.ts';

/** A player's standing on one board, as sent over the wire. */
export interface Standing {
  /** The player id; for anonymous players, an id that is valid only in this period of the board. */
  player_id: string;
  username: string | null;
  display_name: string;
  avatar_url: string | null;
  /** Place in the total order; no two players share it. */
  position: number;
  /** Displayed place; players with equal scores share it. */
  rank: number;
  score: number;
  /** When the score last changed (ISO 8601); among equal scores, the earlier one is ahead. */
  reached_at: string;
  tier: Tier | null;
  /** Places gained since the start of the window; negative if lost, null if not on the board then. */
  movement: number | null;
  is_anonymous: boolean;
  /** Whether another player has the same score and therefore the same rank. */
  is_tied: boolean;
}

/** A board and the period that a page shows. */
export interface BoardHeader {
  slug: string;
  name: string;
  kind: BoardKind;
  metric_names: string[];
  time_zone: string;
  /** Whether positions award tiers. For a closed period: whether they did, whatever the board does since. */
  awards_tiers: boolean;
  /** Null until the board's first season is planned. */
  period_id: number | null;
  period_name: string | null;
  state: PeriodState;
  /** Null for an unbounded start, or while no season is planned. */
  starts_at: string | null;
  /** Null for no end. */
  ends_at: string | null;
  /** Increases by one with each published change. */
  version: number;
  as_of: string;
  player_count: number;
  /**
   * On a board that holds titles: when each of the first three gets the title of their position; null for
   * current holders.
   */
  titles_due_at: (string | null)[] | null;
}

export interface BoardPage {
  board: BoardHeader;
  standings: Standing[];
  next_cursor: string | null;
}

/** One period in a list of periods. */
export interface BoardPeriod {
  period_id: number;
  /** The name of a season. */
  name: string | null;
  /** Null for an unbounded start. */
  starts_at: string | null;
  /** Null for no end. */
  ends_at: string | null;
  state: PeriodState;
  player_count: number;
}

/** One entry of the list of boards, with its latest started periods, newest first. */
export interface BoardSummary {
  slug: string;
  name: string;
  kind: BoardKind;
  time_zone: string;
  awards_tiers: boolean;
  player_count: number;
  periods: BoardPeriod[];
}
