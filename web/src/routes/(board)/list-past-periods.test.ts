import { describe, expect, it } from 'vitest';
import type { BoardPeriod, BoardSummary } from '#domain/leaderboard/standing.ts';
import { listPastPeriods } from './list-past-periods.ts';

const nowMs = Date.parse('2026-12-02T12:00:00Z');

/** Days of December, the current one first. */
const day = (date: number, state: BoardPeriod['state'] = 'closed'): BoardPeriod => ({
  period_id: date,
  name: null,
  starts_at: `2026-12-${String(date).padStart(2, '0')}T00:00:00Z`,
  ends_at: `2026-12-${String(date + 1).padStart(2, '0')}T00:00:00Z`,
  state,
  player_count: 9,
});
const make = (slug: string, name: string, periods: BoardPeriod[]): BoardSummary => ({
  slug,
  name,
  kind: slug === 'all-time' ? 'all_time' : 'daily',
  time_zone: 'UTC',
  awards_tiers: false,
  player_count: 9,
  periods,
});
const allTime = make('all-time', 'All time', [{ ...day(9, 'open'), starts_at: null, ends_at: null }]);
const daily = make('daily', 'Today', [day(2, 'open'), day(1), { ...day(1), period_id: 30 }]);
const boards = [allTime, daily];

describe('links to other periods', () => {
  it('lead from the current one to the previous one, and to all past ones', () => {
    const { older, newer, groups } = listPastPeriods(boards, { board: 'daily', period_id: 2 }, nowMs);
    expect([older?.href, newer]).toEqual(['/?board=daily&period=1', null]);
    expect(groups.map(({ name, periods }) => [name, periods.map(({ period_id }) => period_id)])).toEqual([
      ['Daily', [1, 30]],
    ]);
  });

  it('lead back to the current one, which continues by itself', () => {
    const { older, newer } = listPastPeriods(boards, { board: 'daily', period_id: 1 }, nowMs);
    expect([older?.period_id, newer?.href]).toEqual([30, '/?board=daily']);
  });

  it('lead from a board without past periods to those of the others', () => {
    const { older, groups } = listPastPeriods(boards, { board: 'all-time', period_id: 9 }, nowMs);
    expect([older, groups.map(({ slug }) => slug)]).toEqual([null, ['daily']]);
  });

  it('are unknown for a period that is no longer among the latest, except for the full list', () => {
    const { older, newer, groups } = listPastPeriods(boards, { board: 'daily', period_id: 3 }, nowMs);
    expect([older, newer, groups.length]).toEqual([null, null, 1]);
  });
});
