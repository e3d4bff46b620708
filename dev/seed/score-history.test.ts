import { expect, it } from 'vitest';
import { makePlayers } from './players.ts';
import { createRandom } from './random.ts';
import { makeScoreHistory } from './score-history.ts';

const now = new Date('2026-11-22T13:00:00Z');
const dayCount = 61;
const points: Record<string, number> = {
  deal_closed: 100,
  lead_converted: 25,
  call_booked: 10,
  task_completed: 5,
};

function makeCompetition() {
  const random = createRandom(20_261_101);
  const players = makePlayers(random, 540, dayCount);
  return { players, events: makeScoreHistory(random, players, { now, dayCount }) };
}

const { players, events } = makeCompetition();

it('is the same every time', () => {
  expect(makeCompetition()).toEqual({ players, events });
});

it('has more than 500 players with distinct names, some not in Latin letters', () => {
  expect(players.length).toBeGreaterThanOrEqual(500);
  expect(new Set(players.map((player) => player.username)).size).toBe(players.length);
  for (const player of players) expect(player.username).toMatch(/^[a-z0-9_.-]{2,32}$/);
  const foreign = players.filter((player) => /[^\p{Script=Latin}\s.'&<>"]/u.test(player.display_name));
  expect(foreign.length).toBeGreaterThan(50);
});

it('covers two months, never the future, and is quieter at the weekend', () => {
  const times = events.map((event) => Date.parse(event.occurred_at));
  expect(Math.max(...times)).toBeLessThanOrEqual(now.getTime());
  expect(Math.min(...times)).toBeLessThan(now.getTime() - 55 * 86_400_000);
  const perWeekday = Array.from({ length: 7 }, () => 0);
  for (const time of times) {
    const day = new Date(time).getUTCDay();
    perWeekday[day] = (perWeekday[day] ?? 0) + 1;
  }
  expect(perWeekday[0]).toBeLessThan((perWeekday[2] ?? 0) / 3);
});

it('spreads the players widely, with ties and pia near the top', () => {
  const totals = new Map<string, number>();
  for (const { player_id, metric, units } of events) {
    totals.set(player_id, (totals.get(player_id) ?? 0) + units * (points[metric] ?? 0));
  }
  const scores = [...totals.values()].sort((a, b) => b - a);
  expect(scores[0]).toBeGreaterThan(5 * (scores[Math.floor(scores.length / 2)] ?? 0));
  expect(scores.length - new Set(scores).size).toBeGreaterThan(5);
  const pia = totals.get(players.find((player) => player.username === 'pia')?.player_id ?? '') ?? 0;
  expect(scores.indexOf(pia)).toBeLessThan(10);
});
