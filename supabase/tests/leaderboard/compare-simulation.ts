import { expect } from 'vitest';
import type { Standing } from '#domain/ranking/standing.ts';
import { tierOfPosition } from '#domain/tiers/tier-of-position.ts';
import type { Expected } from './compare-places.ts';
import { normalise, renderExpected } from './expected-standings.ts';
import { findFace } from './faces.ts';
import { readOracle } from './oracle.ts';
import { dayIn, type Entry, type Rule, roundPoints } from './score-log.ts';

interface Simulation {
  standings: Standing[];
  tier_changes: { player_id: string; tier_before: string | null; tier_after: string | null }[];
}

/** Compares what a rule would do with the same history played again under it. */
export async function compareSimulation(
  expected: Expected,
  counted: Entry[],
  rule: Omit<Rule, 'effectiveFrom'>,
): Promise<void> {
  const { arena, board, faces } = expected;
  const [row] = await arena.sql<{ answer: Simulation }[]>`
    select public.simulate_score_rule(${arena.slug}, ${rule.metric}, ${rule.pointsPerUnit}, ${rule.dailyCap},
      ${rule.timeZone}) as answer`;
  const { standings } = await readOracle(arena.sql, playAgain(counted, rule));
  expect(normalise(row?.answer.standings ?? [])).toEqual(
    renderExpected(standings, faces, { tierOf: tierOfPosition, base: board.positions }),
  );
  const changes = standings.flatMap(({ playerId, position }) => {
    const [before, after] = [board.tiers.get(playerId) ?? null, tierOfPosition(position)];
    return before === after ? [] : [`${findFace(faces, playerId).shownId} ${before} ${after}`];
  });
  expect(
    row?.answer.tier_changes.map((each) => `${each.player_id} ${each.tier_before} ${each.tier_after}`),
  ).toEqual(changes);
}

/** The same entries, in the order of their ids, as if the rule had always been that of its metric. */
function playAgain(counted: Entry[], rule: Omit<Rule, 'effectiveFrom'>): Entry[] {
  const given = new Map<Entry, number>();
  const used = new Map<string, number>();
  return counted
    .toSorted((a, b) => a.id - b.id)
    .map((entry) => {
      if (entry.metric !== rule.metric) return entry;
      const day = `${entry.playerId} ${dayIn(rule.timeZone, (entry.voided ?? entry).occurredAt)}`;
      const taken = used.get(day) ?? 0;
      const worth = entry.voided
        ? 0 - (given.get(entry.voided) ?? 0)
        : roundPoints(entry.milliUnits, rule.pointsPerUnit);
      const room = rule.dailyCap === null ? worth : Math.max(0, rule.dailyCap - taken);
      const points = Math.min(worth, room);
      given.set(entry, points);
      used.set(day, taken + points);
      return { ...entry, points };
    });
}
