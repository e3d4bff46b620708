import type { Standing } from '#domain/leaderboard/standing.ts';
import type { Tier } from '#domain/leaderboard/vocabulary.ts';
import { type Faces, findFace } from './faces.ts';
import type { ExpectedStanding } from './oracle.ts';
import { toMicroseconds } from './score-log.ts';

/** The tier that must be shown for a player in a position. */
export type TierOf = (position: number, playerId: string) => Tier | null;

/** All fields that a read returns about standings, with times in microseconds. */
export function normalise(standings: readonly Standing[]) {
  return standings.map((standing) => ({ ...standing, reached_at: toMicroseconds(standing.reached_at) }));
}

/** The expected wire format of standings. */
export function renderExpected(
  standings: readonly ExpectedStanding[],
  faces: Faces,
  options: {
    tierOf: TierOf;
    /** The positions from which movement counts; without them there is none. */
    base?: ReadonlyMap<string, number> | undefined;
    /** The one player who may be named regardless of visibility. */
    shownId?: string;
  },
) {
  return standings.map(({ playerId, position, rank, isTied, score, reachedAt }) => {
    const face = findFace(faces, playerId);
    const isNamed = face.isPublic || playerId === options.shownId;
    const before = options.base?.get(playerId);
    return {
      player_id: isNamed ? playerId : face.shownId,
      username: isNamed ? face.username : null,
      display_name: isNamed ? face.displayName : 'Anonymous player',
      avatar_url: null,
      position,
      rank,
      score,
      reached_at: reachedAt,
      tier: options.tierOf(position, playerId),
      movement: before === undefined ? null : before - position,
      is_anonymous: !face.isPublic,
      is_tied: isTied,
    };
  });
}
