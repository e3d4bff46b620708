import { expect } from 'vitest';
import type { Standing } from '#domain/leaderboard/standing.ts';
import { describeEntry } from './compare-movement.ts';
import type { Expected } from './compare-places.ts';
import { normalise, renderExpected } from './expected-standings.ts';
import { findFace } from './faces.ts';
import { dayIn, type Entry, toMicroseconds } from './score-log.ts';

/** One player's standing as a read of that player returns it, or nothing. */
export function ownStanding({ board, faces, tierOf, past }: Expected, id: string) {
  const own = board.standings.filter(({ playerId }) => playerId === id);
  return renderExpected(own, faces, { tierOf, shownId: id, base: past.findBase('day')?.positions });
}

/** Compares the players found by name, and their standings. */
export async function compareSearch(expected: Expected): Promise<void> {
  const { arena, faces } = expected;
  const prefix = findFace(faces, arena.playerIds[0] ?? '').username.split('-')[0] ?? '';
  const [row] = await arena.sql<{ hits: { player_id: string; standing: Standing | null }[] }[]>`
    select public.search_players(${prefix}, ${arena.slug}, 100) as hits`;
  const found = new Map(
    row?.hits.map(({ player_id, standing }) => [player_id, normalise(standing ? [standing] : [])]),
  );
  const visible = arena.playerIds.filter((id) => findFace(faces, id).isPublic);
  expect(found).toEqual(new Map(visible.map((id) => [id, ownStanding(expected, id)])));
}

/** Compares the board's statistics with those of the list. */
export async function compareStatistics({ arena, board }: Expected): Promise<void> {
  const [row] = await arena.sql`select public.get_board_statistics(${arena.slug}) as statistics`;
  const scores = board.standings.map(({ score }) => score);
  const total = scores.reduce((sum, score) => sum + score, 0);
  const ascending = scores.toReversed();
  const percentiles = [10, 25, 50, 75, 90, 95, 99].map((percent) => [
    `p${percent}`,
    ascending[Math.ceil((ascending.length * percent) / 100) - 1],
  ]);
  expect(row?.statistics).toMatchObject({
    version: board.version,
    player_count: scores.length,
    score_total: total,
    score_mean: scores.length > 0 ? Math.round((total * 100) / scores.length) / 100 : null,
    score_max: scores[0] ?? null,
    score_min: scores.at(-1) ?? null,
    percentiles: scores.length > 0 ? Object.fromEntries(percentiles) : null,
    thresholds: {
      champion: scores[0] ?? null,
      silver: scores[1] ?? null,
      bronze: scores[2] ?? null,
      top_10: scores[9] ?? null,
      elite: scores[99] ?? null,
    },
  });
}

interface Stats {
  totals: { last_occurred_at: string }[];
  standings: { board: string; player_count: number; standing: Standing }[];
  events: { occurred_at: string }[];
  activity: unknown[];
  tiers: { board: string; tier: string; since: string }[];
  past_periods: { period_id: number; position: number; score: number }[];
}

/** Compares reads of one player: everything recorded, applied or not, and the published standings. */
export async function compareStats(
  expected: Expected,
  entries: Entry[],
  id: string,
  archive: readonly { playerId: string; position: number; score: number }[],
): Promise<void> {
  const { arena, board } = expected;
  const [row] = await arena.sql<{ stats: Stats }[]>`select public.get_player_stats(${id}) as stats`;
  const own = entries.filter(({ playerId }) => playerId === id);
  const totals = row?.stats.totals.map((total) => ({
    ...total,
    last_occurred_at: toMicroseconds(total.last_occurred_at),
  }));
  expect(totals).toEqual(sumByMetric(own));
  const recent = own.sort((a, b) => b.occurredAt - a.occurredAt || b.id - a.id).slice(0, 20);
  const events = row?.stats.events.map((event) => ({
    ...event,
    occurred_at: toMicroseconds(event.occurred_at),
  }));
  expect(events).toEqual(recent.map(describeEntry));
  expect(row?.stats.activity).toEqual(sumByDay(own));
  const here = row?.stats.standings.filter(({ board: slug }) => slug === arena.slug) ?? [];
  const standing = ownStanding(expected, id);
  expect(normalise(here.map((each) => each.standing))).toEqual(standing);
  expect(here.map(({ player_count }) => player_count)).toEqual(standing.map(() => board.standings.length));
  expect(row?.stats.tiers.map(({ board: slug, tier }) => [slug, tier])).toEqual(
    standing.flatMap(({ tier }) => (tier ? [[arena.slug, tier]] : [])),
  );
  expect(
    row?.stats.past_periods.map(({ period_id, position, score }) => [period_id, position, score]),
  ).toEqual(
    archive.flatMap(({ playerId, position, score }) =>
      playerId === id ? [[arena.pastPeriodId, position, score]] : [],
    ),
  );
}

function sumByMetric(entries: Entry[]) {
  const byMetric = Map.groupBy(entries, ({ metric }) => metric);
  return [...byMetric]
    .map(([metric, own]) => ({
      metric,
      units: own.reduce((sum, { milliUnits }) => sum + milliUnits, 0) / 1000,
      points: own.reduce((sum, { points }) => sum + points, 0),
      event_count: countLeft(own),
      last_occurred_at: Math.max(...own.map(({ occurredAt }) => occurredAt)),
    }))
    .sort((a, b) => b.points - a.points || (a.metric < b.metric ? -1 : 1));
}

function sumByDay(entries: Entry[]) {
  const byDay = Map.groupBy(entries, ({ voided, occurredAt }) =>
    dayIn('UTC', voided?.occurredAt ?? occurredAt),
  );
  return [...byDay]
    .map(([day, own]) => ({
      day,
      points: own.reduce((sum, { points }) => sum + points, 0),
      event_count: countLeft(own),
    }))
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}

function countLeft(entries: Entry[]): number {
  return entries.reduce((sum, { isVoid }) => sum + (isVoid ? -1 : 1), 0);
}
