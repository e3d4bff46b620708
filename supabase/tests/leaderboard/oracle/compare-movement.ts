import { expect } from 'vitest';
import { movementWindows } from '#domain/leaderboard/vocabulary.ts';
import type { PublishedBoard } from './board-past.ts';
import type { Expected } from './compare-places.ts';
import { findFace } from './faces.ts';
import { type Entry, toMicroseconds } from './score-log.ts';

interface Moment {
  version: number | null;
  as_of: string | null;
  position: number | null;
  score: number | null;
}
interface Passing {
  count: number;
  is_complete: boolean;
  players: unknown[];
}
interface Explanation {
  since: Moment;
  now: Moment;
  events: { event_id: number; occurred_at: string }[];
  passed: Passing;
  passed_by: Passing;
}

/** Compares the explanation of these players' moves with what happened between the two boards. */
export async function compareExplanations(
  expected: Expected,
  entries: Entry[],
  playerIds: string[],
): Promise<void> {
  const { arena, board, past } = expected;
  const rows = await arena.sql<{ id: string; movement: string; why: Explanation | null }[]>`
    select id, movement, public.explain_movement(${arena.slug}, id, movement, 3) as why
    from unnest(${playerIds}::uuid[]) as id, unnest(${[...movementWindows]}::text[]) as movement`;
  for (const { id, movement, why } of rows) {
    const base = past.findBase(movementWindows.find((window) => window === movement) ?? 'day');
    const position = board.positions.get(id);
    if (position === undefined) {
      expect(why).toBeNull();
      continue;
    }
    expect(why && readMoment(why.since)).toEqual({ ...momentOf(base, id), ...rankOf(base, id) });
    expect(why && readMoment(why.now)).toEqual({ ...momentOf(board, id), ...rankOf(board, id) });
    expect(
      why?.events.map((event) => ({ ...event, occurred_at: toMicroseconds(event.occurred_at) })),
    ).toEqual(
      entries
        .filter((entry) => entry.playerId === id && (entry.version ?? 0) > (base?.version ?? 0))
        .sort((a, b) => b.occurredAt - a.occurredAt || b.id - a.id)
        .slice(0, 3)
        .map(describeEntry),
    );
    const before = base?.positions.get(id);
    const wasAhead = (other: string) => isAhead(base?.positions.get(other), before);
    const ahead = board.standings.slice(0, position - 1).toReversed();
    const overtakers = before === undefined ? [] : ahead.filter(({ playerId }) => !wasAhead(playerId));
    expect(why?.passed_by).toEqual(describePassing(expected, base, overtakers));
    const behind = board.standings.slice(position);
    const overtaken = behind.filter(({ playerId }) => wasAhead(playerId));
    expect(why?.passed).toEqual(describePassing(expected, base, overtaken));
  }
}

function rankOf(board: PublishedBoard | undefined, id: string) {
  const standing = board?.standings.find(({ playerId }) => playerId === id);
  return { rank: standing?.rank ?? null, is_tied: standing?.isTied ?? null };
}

/** Whether the first was ahead of the second; players who are not on the board are behind all others. */
function isAhead(first: number | undefined, second: number | undefined): boolean {
  return first !== undefined && (second === undefined || first < second);
}

export function describeEntry(entry: Entry) {
  return {
    event_id: entry.id,
    metric: entry.metric,
    units: entry.milliUnits / 1000,
    points: entry.points,
    occurred_at: entry.occurredAt,
    is_void: entry.isVoid,
  };
}

function readMoment(moment: Moment) {
  return { ...moment, as_of: moment.as_of === null ? null : toMicroseconds(moment.as_of) };
}

function momentOf(board: PublishedBoard | undefined, id: string) {
  return {
    version: board?.version ?? null,
    as_of: board?.asOf ?? null,
    position: board?.positions.get(id) ?? null,
    score: board?.scores.get(id) ?? null,
  };
}

function describePassing(
  { faces, board }: Expected,
  base: PublishedBoard | undefined,
  passing: PublishedBoard['standings'],
) {
  return {
    count: passing.length,
    is_complete: true,
    players: passing.slice(0, 3).map(({ playerId, score }) => {
      const { isPublic, displayName, username } = findFace(faces, playerId);
      return {
        display_name: isPublic ? displayName : 'Anonymous player',
        username: isPublic ? username : null,
        position_before: base?.positions.get(playerId) ?? null,
        position: board.positions.get(playerId),
        score,
        points: score - (base?.scores.get(playerId) ?? 0),
      };
    }),
  };
}

/** Compares positions and scores over time, sampled to at most this many points. */
export async function compareHistory(
  expected: Expected,
  playerIds: string[],
  maxPoints: number,
): Promise<void> {
  const { arena, past } = expected;
  for (const since of movementWindows) {
    const [row] = await arena.sql<{ histories: { player_id: string; points: Moment[] }[] }[]>`
      select public.get_rank_history(${arena.slug}, ${playerIds}::uuid[], ${since}, ${maxPoints}) as histories`;
    const base = past.findBase(since)?.version ?? 0;
    const boards = past.boards.filter(({ version }) => version >= base);
    const sampled = sample(boards, maxPoints);
    expect(row?.histories.map(({ player_id, points }) => [player_id, points.map(readMoment)])).toEqual(
      playerIds.map((id) => [id, sampled.map((board) => momentOf(board, id))]),
    );
  }
}

/** All boards while they are few, otherwise the last board of each of this many equal stretches of time. */
function sample(boards: readonly PublishedBoard[], count: number): readonly PublishedBoard[] {
  if (boards.length <= count) return boards;
  const first = boards[0]?.asOf ?? 0;
  const length = (boards.at(-1)?.asOf ?? 0) + 1_000_000 - first;
  const slots = new Map(boards.map((board) => [Math.floor(((board.asOf - first) * count) / length), board]));
  return [...slots.values()];
}
