import type { Standing } from './standing.ts';

/**
 * Whether a row of a board belongs to this player. Anonymous players have a different id there, so the row is
 * matched by position, score and the time it was reached, which no two players share.
 */
export function isOwnStanding(row: Standing, own: Standing | null): boolean {
  if (!own) return false;
  if (row.player_id === own.player_id) return true;
  return (
    own.is_anonymous &&
    row.is_anonymous &&
    row.position === own.position &&
    row.score === own.score &&
    Date.parse(row.reached_at) === Date.parse(own.reached_at)
  );
}
