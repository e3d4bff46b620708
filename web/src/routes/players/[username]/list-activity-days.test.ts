import { expect, test } from 'vitest';
import { listActivityDays } from './list-activity-days.ts';

test('days without points are included, in order, across a month', () => {
  const days = listActivityDays([{ day: '2026-03-01', points: 40 }], '2026-03-02', 4);
  expect(days).toEqual([
    { day: '2026-02-27', points: 0 },
    { day: '2026-02-28', points: 0 },
    { day: '2026-03-01', points: 40 },
    { day: '2026-03-02', points: 0 },
  ]);
});

test('older days are left out', () => {
  expect(
    listActivityDays([{ day: '2026-01-01', points: 9 }], '2026-03-02', 2).map((day) => day.points),
  ).toEqual([0, 0]);
});
