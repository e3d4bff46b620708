import { expect } from 'vitest';
import type { Standing } from '#domain/leaderboard/standing.ts';
import type { Expected } from './compare-places.ts';
import { ownStanding } from './compare-profiles.ts';
import { normalise } from './expected-standings.ts';
import type { ExpectedStanding } from './oracle.ts';
import { type Entry, toMicroseconds } from './score-log.ts';

interface BoardComparison {
  board: string;
  positions: (number | null)[];
  scores: (number | null)[];
  leader_player_id: string | null;
  lead_points: number;
  leads_since: string | null;
}
interface Comparison {
  players: { player_id: string; standing: Standing | null }[];
  comparison: BoardComparison;
  boards: BoardComparison[];
  metrics: unknown[];
}

/** Compares two players side by side: who leads, by how much and since when, and what each did. */
export async function comparePair(
  expected: Expected,
  all: Entry[],
  counted: Entry[],
  pair: [string, string],
): Promise<void> {
  const { arena } = expected;
  const [row] = await arena.sql<{ answer: Comparison }[]>`
    select public.compare_players(${arena.slug}, ${pair}::uuid[]) as answer`;
  expect(
    row?.answer.players.map(({ player_id, standing }) => [player_id, normalise(standing ? [standing] : [])]),
  ).toEqual(pair.map((id) => [id, ownStanding(expected, id)]));
  const comparison = row && readComparison(row.answer.comparison);
  expect(comparison).toMatchObject(describeLead(expected, counted, pair));
  const here = row?.answer.boards.filter(({ board }) => board === arena.slug);
  expect(here?.map(readComparison)).toEqual([comparison]);
  const metrics = [arena.metric, arena.minorMetric, arena.cappedMetric].sort().flatMap((metric) => {
    const own = all.filter((entry) => entry.metric === metric);
    const lists = pair.map((id) => own.filter(({ playerId }) => playerId === id));
    if (lists.every((list) => list.length === 0)) return [];
    const add = (list: Entry[], key: 'points' | 'milliUnits') =>
      list.reduce((sum, entry) => sum + entry[key], 0);
    return {
      metric,
      points: lists.map((list) => add(list, 'points')),
      units: lists.map((list) => add(list, 'milliUnits') / 1000),
    };
  });
  expect(row?.answer.metrics).toEqual(metrics);
}

function readComparison(comparison: BoardComparison) {
  const { leads_since } = comparison;
  return { ...comparison, leads_since: leads_since === null ? null : toMicroseconds(leads_since) };
}

function describeLead({ board, arena }: Expected, counted: Entry[], pair: [string, string]) {
  const places = pair.map((id) => board.standings.find(({ playerId }) => playerId === id));
  const ranked = places.filter((place) => place !== undefined).sort((a, b) => a.position - b.position);
  const [leader, other] = ranked;
  return {
    board: arena.slug,
    positions: places.map((place) => place?.position ?? null),
    scores: places.map((place) => place?.score ?? null),
    leader_player_id: leader?.playerId ?? null,
    lead_points: (leader?.score ?? 0) - (other?.score ?? 0),
    leads_since: leader ? findLeadStart(counted, leader, other) : null,
  };
}

/** Walks through both histories: the lead began with the first entry after which the leader stayed ahead. */
function findLeadStart(
  counted: Entry[],
  leader: ExpectedStanding,
  other: ExpectedStanding | undefined,
): number {
  let difference = 0;
  let since: number | undefined;
  for (const { playerId, points, occurredAt } of counted.toSorted(
    (a, b) => a.occurredAt - b.occurredAt || a.id - b.id,
  )) {
    if (playerId === leader.playerId) difference += points;
    else if (playerId === other?.playerId) difference -= points;
    else continue;
    if (difference <= 0) since = undefined;
    else since ??= occurredAt;
  }
  // Equal points: since the second one caught up.
  return since ?? Math.max(leader.reachedAt, other?.reachedAt ?? 0);
}
