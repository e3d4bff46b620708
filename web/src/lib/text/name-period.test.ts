import { expect, test } from 'vitest';
import { namePeriod } from './name-period.ts';

const berlin = { time_zone: 'Europe/Berlin', name: null };

test.each([
  [
    'a month',
    { kind: 'monthly', starts_at: '2026-09-30T22:00:00Z', ends_at: '2026-10-31T23:00:00Z' },
    'October 2026',
  ],
  [
    'a week',
    { kind: 'weekly', starts_at: '2026-11-15T23:00:00Z', ends_at: '2026-11-22T23:00:00Z' },
    'Nov 16 – 22, 2026',
  ],
  [
    'a week with 23 hours on its last day',
    { kind: 'weekly', starts_at: '2026-03-22T23:00:00Z', ends_at: '2026-03-29T22:00:00Z' },
    'Mar 23 – 29, 2026',
  ],
  [
    'a day',
    { kind: 'daily', starts_at: '2026-11-21T23:00:00Z', ends_at: '2026-11-22T23:00:00Z' },
    'Nov 22, 2026',
  ],
  ['what never ends', { kind: 'all_time', starts_at: null, ends_at: null }, null],
] as const)('%s is named by the days of its own zone', (_, period, text) => {
  expect(namePeriod({ ...berlin, ...period })).toBe(text);
});

test('a season is called what it was called', () => {
  const season = {
    kind: 'season',
    starts_at: '2026-09-30T22:00:00Z',
    ends_at: '2026-10-31T23:00:00Z',
  } as const;
  expect(namePeriod({ ...berlin, ...season, name: 'Autumn Sprint' })).toBe('Autumn Sprint');
});
