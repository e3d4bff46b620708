import type { BoardHeader } from '../standing.ts';

/** The header of a board page; the all-time board by default. */
export function makeBoard(change: Partial<BoardHeader> = {}): BoardHeader {
  return {
    slug: 'all-time',
    name: 'All time',
    kind: 'all_time',
    metric_names: [],
    time_zone: 'UTC',
    awards_tiers: true,
    period_id: 1,
    period_name: null,
    state: 'open',
    starts_at: null,
    ends_at: null,
    version: 7,
    as_of: '2026-11-22T12:00:00Z',
    player_count: 50,
    titles_due_at: null,
    ...change,
  };
}
