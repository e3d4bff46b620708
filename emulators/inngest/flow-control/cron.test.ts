import { describe, expect, it } from 'vitest';
import { findNextTickMs } from './cron.ts';

const next = (schedule: string, after: string) =>
  new Date(findNextTickMs(schedule, Date.parse(after))).toISOString();

describe('schedules', () => {
  it('have five fields, in UTC unless they say otherwise', () => {
    expect(next('0 9 * * 1', '2026-01-01T00:00:00Z')).toBe('2026-01-05T09:00:00.000Z');
    expect(next('TZ=Europe/Paris 0 9 * * *', '2026-07-01T00:00:00Z')).toBe('2026-07-01T07:00:00.000Z');
    expect(next('CRON_TZ=America/New_York 0 9 * * *', '2026-01-01T00:00:00Z')).toBe(
      '2026-01-01T14:00:00.000Z',
    );
  });

  it('never tick at the time they are counted from', () => {
    expect(next('*/5 * * * *', '2026-01-01T00:05:00Z')).toBe('2026-01-01T00:10:00.000Z');
  });

  it('with a day of month and a weekday tick on either', () => {
    expect(next('0 0 13 * 5', '2026-01-01T00:00:00Z')).toBe('2026-01-02T00:00:00.000Z');
  });

  it('have names and intervals', () => {
    expect(next('@hourly', '2026-01-01T00:30:00Z')).toBe('2026-01-01T01:00:00.000Z');
    expect(next('@every 1h30m', '2026-01-01T00:00:00Z')).toBe('2026-01-01T01:30:00.000Z');
  });

  it('that are none are refused', () => {
    for (const bad of ['every day', '0 0 0 * * *', 'TZ=Nowhere/City 0 0 * * *', '99 * * * *']) {
      expect(() => findNextTickMs(bad, 0)).toThrow();
    }
  });
});
