import type { BoardKind, PeriodState, Tier } from './vocabulary.ts';

/** Where one player stands on one board, as it travels. */
export interface Standing {
  /** The player, or for an anonymous one an id that means nothing outside this period of the board. */
  player_id: string;
  username: string | null;
  display_name: string;
  avatar_url: string | null;
  /** Place in the total order: no two players share one. */
  position: number;
  /** Displayed place: players with the same score share it. */
  rank: number;
  score: number;
  /** When the score last changed (ISO 8601); who was there first stands first. */
  reached_at: string;
  tier: Tier | null;
  /** Places gained since the start of the window; negative when lost, null when not on the board then. */
  movement: number | null;
  is_anonymous: boolean;
  /** Whether another player has the same score, and so the same rank. */
  is_tied: boolean;
}

/** A board and the period of it that a page shows. */
export interface BoardHeader {
  slug: string;
  name: string;
  kind: BoardKind;
  metric_names: string[];
  time_zone: string;
  /** Whether positions give tiers; of a closed period whether they did, whatever the board awards since. */
  awards_tiers: boolean;
  /** Null before the first season of a board is planned. */
  period_id: number | null;
  period_name: string | null;
  state: PeriodState;
  /** Null since ever, or while no season is planned. */
  starts_at: string | null;
  /** Null never ends. */
  ends_at: string | null;
  /** Grows by one with each published change. */
  version: number;
  as_of: string;
  player_count: number;
  /**
   * On a board that holds titles back, while they are: when each of the first three takes the title of the place, null
   * for who has it.
   */
  titles_due_at: (string | null)[] | null;
}

export interface BoardPage {
  board: BoardHeader;
  standings: Standing[];
  next_cursor: string | null;
}

/** A period of a board as it is listed. */
export interface BoardPeriod {
  period_id: number;
  /** A season's own name. */
  name: string | null;
  /** Null since ever. */
  starts_at: string | null;
  /** Null never ends. */
  ends_at: string | null;
  state: PeriodState;
  player_count: number;
}

/** One entry of the list of boards, with its latest periods that have begun, newest first. */
export interface BoardSummary {
  slug: string;
  name: string;
  kind: BoardKind;
  time_zone: string;
  awards_tiers: boolean;
  player_count: number;
  periods: BoardPeriod[];
}
