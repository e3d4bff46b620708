import { expect, test } from 'vitest';
import { describeLine, spanRanks } from '#lib/plot/plot-points.ts';
import { toHistoryPoints } from './history-series.ts';

const history = {
  player_id: 'ada',
  points: [
    { version: 1, as_of: '2026-11-20T00:00:00Z', position: null, score: null },
    { version: 2, as_of: '2026-11-21T00:00:00Z', position: 9, score: 100 },
    { version: 3, as_of: '2026-11-22T00:00:00Z', position: 4, score: 250 },
  ],
};

test('moments without a standing are not drawn', () => {
  expect(toHistoryPoints(history, 'position').map((point) => point.value)).toEqual([9, 4]);
  expect(toHistoryPoints(undefined, 'score')).toEqual([]);
});

test('a path is described in words; the best rank is the lowest', () => {
  expect(describeLine(toHistoryPoints(history, 'position'), 'Ada', true)).toBe('Ada: from 9 to 4, best 4.');
  expect(describeLine(toHistoryPoints(history, 'score'), 'Ada', false)).toBe(
    'Ada: from 100 to 250, best 250.',
  );
  expect(describeLine([], 'Ada', true)).toBe('Ada: nothing to show yet.');
});

test('a constant rank is drawn in the middle, and nothing above the first', () => {
  const at = new Date(0);
  expect(spanRanks([3, 3].map((value) => ({ at, value })))).toEqual([4, 2]);
  expect(spanRanks([1, 1].map((value) => ({ at, value })))).toEqual([2, 1]);
  expect(spanRanks(toHistoryPoints(history, 'position'))).toEqual([10, 3]);
});
