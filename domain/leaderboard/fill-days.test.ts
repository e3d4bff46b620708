import { expect, test } from 'vitest';
import { fillDays } from './fill-days.ts';

test('days without points are zero, across the end of a month', () => {
  expect(fillDays([{ day: '2026-02-28', points: 5 }], '2026-03-01', 3)).toEqual([
    { day: '2026-02-27', points: 0 },
    { day: '2026-02-28', points: 5 },
    { day: '2026-03-01', points: 0 },
  ]);
});

test('entries outside the range are ignored', () => {
  const entries = [
    { day: '2026-01-01', points: 1 },
    { day: '2026-03-02', points: 2 },
  ];
  expect(fillDays(entries, '2026-03-01', 2).map(({ points }) => points)).toEqual([0, 0]);
});

test('an invalid day is rejected', () => {
  expect(() => fillDays([], 'soon', 2)).toThrow(RangeError);
});
