import { expect } from 'vitest';
import type { Standing } from '#domain/leaderboard/standing.ts';
import { tierOfPosition } from '#domain/leaderboard/tier-of-position.ts';
import type { Expected } from './compare-places.ts';
import { normalise, renderExpected } from './expected-standings.ts';
import { findFace } from './faces.ts';
import { type ExpectedStanding, readOracle } from './oracle.ts';
import { dayIn, type Entry, type Rule, roundPoints } from './score-log.ts';

interface Simulation {
  standings: Standing[];
  tier_changes: { player_id: string; tier_before: string | null; tier_after: string | null }[];
}

type SimulatedRule = Omit<Rule, 'effectiveFrom'>;

/** Compares a simulated rule with a replay of everything that was ever sent. */
export async function compareSimulation(
  expected: Expected,
  entries: readonly Entry[],
  rule: SimulatedRule,
): Promise<void> {
  const counted = playAgain(entries, rule).filter(({ period }) => period === 'current');
  const { standings } = await readOracle(expected.arena.sql, counted);
  await compareWith(expected, standings, rule);
}

/** A rule that was in force all along must reproduce the published board. */
export async function compareRulesInForce(expected: Expected, rules: readonly Rule[]): Promise<void> {
  for (const rule of rules) {
    if (rules.some((other) => other !== rule && other.metric === rule.metric)) continue;
    await compareWith(expected, expected.board.standings, rule);
  }
}

async function compareWith(
  { arena, board, faces }: Expected,
  standings: readonly ExpectedStanding[],
  rule: SimulatedRule,
): Promise<void> {
  const [row] = await arena.sql<{ answer: Simulation }[]>`
    select public.simulate_score_rule(${arena.slug}, ${rule.metric}, ${rule.pointsPerUnit}, ${rule.dailyCap},
      ${rule.timeZone}) as answer`;
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

/** The same entries, in order of arrival, as if the rule had always applied to its metric. */
function playAgain(entries: readonly Entry[], rule: SimulatedRule): Entry[] {
  const given = new Map<Entry, number>();
  const used = new Map<string, number>();
  return entries.map((entry) => {
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
