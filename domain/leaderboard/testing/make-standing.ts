import type { Standing } from '../standing.ts';

/** A player on a board, named after the position. */
export function makeStanding(position: number, change: Partial<Standing> = {}): Standing {
  return {
    player_id: `b0000000-0000-4000-8000-${String(position).padStart(12, '0')}`,
    username: `player${position}`,
    display_name: `Player ${position}`,
    avatar_url: null,
    position,
    rank: position,
    score: 1_000 - position,
    reached_at: '2026-11-22T12:00:00Z',
    tier: position === 1 ? 'champion' : null,
    movement: 0,
    is_anonymous: false,
    is_tied: false,
    ...change,
  };
}
