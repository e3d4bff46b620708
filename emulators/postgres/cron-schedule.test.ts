import { describe, expect, it } from 'vitest';
import { findNextRun } from './cron-schedule.ts';

const from = new Date('2026-11-22T13:37:21Z');

describe('findNextRun', () => {
  it.each([
    ['30 seconds', '2026-11-22T13:37:51.000Z'],
    ['1 second', '2026-11-22T13:37:22.000Z'],
    ['* * * * *', '2026-11-22T13:38:00.000Z'],
    ['*/15 * * * *', '2026-11-22T13:45:00.000Z'],
    ['5 0 * * *', '2026-11-23T00:05:00.000Z'],
    ['0 9 * * mon', '2026-11-23T09:00:00.000Z'],
    ['0 0 $ * *', '2026-11-30T00:00:00.000Z'],
    ['@hourly', '2026-11-22T14:00:00.000Z'],
  ])('"%s" is due at %s', (schedule, due) => {
    expect(findNextRun(schedule, from)?.toISOString()).toBe(due);
  });

  it.each(['', '60 seconds', '0 seconds', '* * * *', '* * * * * *', 'now'])('refuses "%s"', (schedule) => {
    expect(() => findNextRun(schedule, from)).toThrow();
  });
});
