import type { BoardPage, Standing } from '#domain/leaderboard/standing.ts';

/** The difference between two versions of a board page. */
export interface BoardChange {
  /** Points gained, by player id, for rows of both versions. */
  gains: ReadonlyMap<string, number>;
  /** The player who has taken the first place; null if it did not change hands, or is not on the page. */
  leader: Standing | null;
}

/** Null unless these are two versions of one period. */
export function describeChange(before: BoardPage, after: BoardPage): BoardChange | null {
  const isSame = before.board.slug === after.board.slug && before.board.period_id === after.board.period_id;
  if (!isSame || after.board.version <= before.board.version) return null;
  const scores = new Map(before.standings.map(({ player_id, score }) => [player_id, score]));
  const gains = new Map<string, number>();
  for (const { player_id, score } of after.standings) {
    const gained = score - (scores.get(player_id) ?? score);
    if (gained > 0) gains.set(player_id, gained);
  }
  const [former, first] = [before.standings[0], after.standings[0]];
  const isTaken = former?.position === 1 && first?.position === 1 && former.player_id !== first.player_id;
  return { gains, leader: isTaken ? first : null };
}
