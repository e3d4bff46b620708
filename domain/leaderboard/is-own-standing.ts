import type { Standing } from './standing.ts';

/**
 * Whether a row of a board is this player's. Who plays anonymously has another id there, so that row is known by what
 * no two players share: the place, with the score and the moment it was reached.
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
