import { expect, test } from 'vitest';
import { messageLimits } from '../platform/message.ts';
import { measureMessage, readAnswer } from '../testing/measure-message.ts';
import { buildComparisonMessage, type SideBySide } from './comparison-message.ts';

const makeSide = (digit: string, display_name = `Player ${digit}`) => ({
  player_id: `a0000000-0000-4000-8000-00000000000${digit}`,
  username: `p${digit}`,
  display_name,
  avatar_url: null,
  standing: null,
});
const view = { webUrl: 'http://web', locale: 'en-US' };
const sides: SideBySide = {
  players: [makeSide('1'), makeSide('2')],
  comparison: {
    board: 'all-time',
    name: 'All time',
    ranks: [
      { rank: 4, is_tied: false },
      { rank: 9, is_tied: false },
    ],
    positions: [3, 7],
    scores: [220, 100],
    leader_player_id: 'a0000000-0000-4000-8000-000000000001',
    lead_points: 120,
    leads_since: '2026-11-22T12:00:00Z',
  },
  boards: [],
  metrics: [{ metric: 'deal_closed', points: [200, 100], units: [2, 1] }],
};

test('a comparison shows the leader, the lead, its start and both ranks', () => {
  const text = readAnswer(buildComparisonMessage({ ...sides, boards: [sides.comparison] }, view));
  expect(text).toContain(
    '**All time**: Player 1 has led since <t:1795348800:D>, currently by 120 points (#4 vs #9)',
  );
});

test('the rank of the leader comes first, ties are marked, and players who are not on the board have none', () => {
  const ranks: [null, { rank: number; is_tied: boolean }] = [null, { rank: 1_200, is_tied: true }];
  const comparison = { ...sides.comparison, ranks, leader_player_id: makeSide('2').player_id };
  expect(readAnswer(buildComparisonMessage({ ...sides, comparison }, view))).toContain(
    'Player 2 has led since <t:1795348800:D>, currently by 120 points (T1,200 vs not ranked)',
  );
});

test('with equal points it names the player who got there first', () => {
  const comparison = { ...sides.comparison, lead_points: 0 };
  expect(readAnswer(buildComparisonMessage({ ...sides, comparison }, view))).toContain(
    '**All time**: tied on points, Player 1 got there first (#4 vs #9)',
  );
});

test('the largest source of points comes first', () => {
  const metrics: SideBySide['metrics'] = [
    { metric: 'call_booked', points: [10, 90], units: [1, 9] },
    ...sides.metrics,
  ];
  const text = readAnswer(buildComparisonMessage({ ...sides, metrics }, view));
  expect(text.indexOf('Deal closed')).toBeLessThan(text.indexOf('Call booked'));
});

test('a comparison links to its charts', () => {
  expect(readAnswer(buildComparisonMessage(sides, view))).toContain(
    'http://web/compare?a=p1&b=p2&board=all-time',
  );
});

test('a comparison on a board without either player names no leader', () => {
  const positions: [null, null] = [null, null];
  const boards = [{ ...sides.comparison, positions, leader_player_id: null, leads_since: null }];
  expect(
    readAnswer(buildComparisonMessage({ ...sides, comparison: boards[0] ?? sides.comparison, boards }, view)),
  ).toContain('neither is on this board');
});

const nameBoards = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    ...sides.comparison,
    board: `board-${index + 1}`,
    name: `Board ${index + 1}`,
  }));

test('the requested board comes first, even if there are more than fit', () => {
  const boards = nameBoards(12);
  const show = (comparison: SideBySide['comparison']) =>
    readAnswer(buildComparisonMessage({ ...sides, comparison, boards }, view));
  const text = show(boards[11] ?? sides.comparison);
  expect([...text.matchAll(/\*\*Board (\d+)\*\*/g)].map(([, digits]) => Number(digits))).toEqual([
    12, 1, 2, 3, 4, 5, 6, 7, 8, 9,
  ]);
  expect(text).toContain('2 more boards: choose one as `board` to see it here');
});

test('mentions no more boards than there are', () => {
  const boards = nameBoards(10);
  const message = buildComparisonMessage(
    { ...sides, comparison: boards[0] ?? sides.comparison, boards },
    view,
  );
  expect(readAnswer(message)).not.toContain('more board');
});

test.each(['*', '_', '#', '>', '@', '😀', 'a', '\n-'])(
  'the longest names, of %j, stay within the limits',
  (character) => {
    const highest = Number.MAX_SAFE_INTEGER;
    const name = [...character.repeat(80)].slice(0, 80).join('');
    const boards: SideBySide['boards'] = nameBoards(60).map((board) => ({
      ...board,
      name,
      ranks: [
        { rank: 4, is_tied: false },
        { rank: 9, is_tied: false },
      ],
      positions: [1_000_000_000, 1_000_000_000],
      lead_points: highest,
    }));
    const metrics = boards.map((): SideBySide['metrics'][number] => ({
      metric: 'x'.repeat(64),
      points: [-highest, -highest],
      units: [1, 1],
    }));
    const players: SideBySide['players'] = [makeSide('1', name), makeSide('2', name)];
    for (const locale of ['en-US', 'de', 'hi', 'fr']) {
      const asked = { ...sides, comparison: boards[11] ?? sides.comparison, players, boards, metrics };
      const measured = measureMessage(buildComparisonMessage(asked, { ...view, locale }));
      expect(measured.component_count).toBeLessThanOrEqual(messageLimits.componentCountMax);
      expect(measured.text_length).toBeLessThanOrEqual(messageLimits.textLengthMax);
    }
  },
);
