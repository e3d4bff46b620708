import { expect, it } from 'vitest';
import { listRefreshMoments } from './list-refresh-moments.ts';

const now = new Date('2026-11-22T13:00:00Z');
const ended = new Date('2026-10-01T00:00:00Z');
const moments = listRefreshMoments(now, [
  ended,
  new Date('2026-11-22T00:00:00Z'),
  new Date('2026-12-01T00:00:00Z'),
]);
const times = moments.map((moment) => moment.getTime());

it('has the end of each past period, in order, each moment once, and ends now', () => {
  expect(moments[0]).toEqual(ended);
  expect(moments.at(-1)).toEqual(now);
  expect(times).toEqual([...new Set(times)].sort((one, other) => one - other));
});

it('lies close enough for movement over the last hour, day and week', () => {
  for (const spanMs of [3_600_000, 86_400_000, 7 * 86_400_000]) {
    const start = now.getTime() - spanMs;
    const last = Math.max(...times.filter((time) => time <= start));
    expect(start - last).toBeLessThanOrEqual(spanMs);
  }
  expect(times.length).toBeLessThan(50);
});
