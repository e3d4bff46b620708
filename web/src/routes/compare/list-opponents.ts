import { formatMarkedRank } from '#domain/leaderboard/format-rank.ts';
import type { Standing } from '#domain/leaderboard/standing.ts';
import type { Opponent } from './comparison.ts';

/** The candidates, as they were read. */
export interface OpponentSources {
  /** The top of the board, best first. */
  leaders: readonly Standing[];
  /** The viewer's standing and the rows around it; null for a visitor or a player without points. */
  own: Pick<Standing, 'username' | 'position'> | null;
  neighbours: readonly Standing[];
  /** The most recently compared usernames, latest first. */
  recent: readonly string[];
  /** The viewer, also a suggestion if only others are chosen. */
  viewer: Omit<Opponent, 'note'> | null;
  /** The chosen usernames. */
  chosen: readonly string[];
}

const offeredMax = 5;

/**
 * Suggestions for a comparison: the viewer, the players directly above and below, the leaders, and recent
 * comparisons.
 */
export function listOpponents({
  leaders,
  own,
  neighbours,
  recent,
  viewer,
  chosen,
}: OpponentSources): Opponent[] {
  const offers = [
    ...(viewer ? [{ ...viewer, note: 'You' }] : []),
    ...neighbours.flatMap((row) => {
      const distance = own ? row.position - own.position : 0;
      if (Math.abs(distance) !== 1) return [];
      return name(row, distance < 0 ? 'Just above you' : 'Just below you');
    }),
    ...leaders.flatMap((row) => name(row, formatMarkedRank(row))),
    ...recent.map((username) => ({
      username,
      display_name: `@${username}`,
      avatar_url: null,
      note: 'Compared recently',
    })),
  ];
  const known = new Set(chosen);
  const isNew = ({ username }: Opponent): boolean => !known.has(username) && Boolean(known.add(username));
  return offers.filter(isNew).slice(0, offeredMax);
}

/** Players who hide their identity cannot be compared. */
function name({ username, display_name, avatar_url, is_anonymous }: Standing, note: string): Opponent[] {
  return username === null || is_anonymous ? [] : [{ username, display_name, avatar_url, note }];
}
