import { formatRank } from '#domain/leaderboard/format-rank.ts';
import type { Standing } from '#domain/leaderboard/standing.ts';
import type { Opponent } from './comparison.ts';

/** Who may be offered, as they were read. */
export interface OpponentSources {
  /** The first of the board, best first. */
  leaders: readonly Standing[];
  /** Where the viewer stands, and the rows around that; null for a visitor or a player without points. */
  own: Pick<Standing, 'username' | 'position'> | null;
  neighbours: readonly Standing[];
  /** Usernames of those who were compared last, latest first. */
  recent: readonly string[];
  /** The viewer, who is offered too where only others are chosen. */
  viewer: Omit<Opponent, 'note'> | null;
  /** Usernames that are chosen already. */
  chosen: readonly string[];
}

const offeredMax = 5;

/** Whom to offer for a comparison: oneself, the players just above and below, the first ones, and those compared last. */
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
    ...leaders.flatMap((row) => name(row, `#${formatRank(row)}`)),
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

/** Who does not show who they are cannot be compared. */
function name({ username, display_name, avatar_url, is_anonymous }: Standing, note: string): Opponent[] {
  return username === null || is_anonymous ? [] : [{ username, display_name, avatar_url, note }];
}
