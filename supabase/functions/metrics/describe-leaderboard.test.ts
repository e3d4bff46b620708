import { expect, test } from 'vitest';
import type { LeaderboardHealth } from '#store/leaderboard/boards/get-leaderboard-health.ts';
import { describeLeaderboard } from './describe-leaderboard.ts';
import { describeOutbox } from './describe-outbox.ts';
import { renderMetrics } from './render-metrics.ts';

const nowMs = Date.parse('2026-11-22T12:01:00Z');
const run = {
  started_at: '2026-11-22T12:00:00Z',
  finished_at: '2026-11-22T12:00:02.5Z',
  run_count: 7,
  duration_ms: 2500,
  duration_ms_total: 9000,
  overrun_count: 3,
  busy_count: 0,
  skipped_count: 2,
  failed_count: 1,
  last_error: 'late',
};
const closing = { ...run, duration_ms: null, finished_at: null, busy_count: 8 };
const board = {
  board: 'weekly',
  period_id: 3,
  state: 'open' as const,
  ends_at: null,
  closes_at: null,
  is_overdue: false,
  version: 9,
  as_of: '2026-11-22T11:00:00Z',
  checked_at: '2026-11-22T12:00:30Z',
  player_count: 12,
  last_refresh_ms: 250,
  skipped_count: 4,
  failed_count: 6,
  last_failed_at: '2026-11-22T11:00:00Z',
  overrun_count: 5,
  waits_since: null,
};
const render = (health: Partial<LeaderboardHealth>) =>
  renderMetrics(describeLeaderboard({ run, closing, boards: [board], ...health }, nowMs)).split('\n');

test('describes the state of each board and the runs', () => {
  const labels = '{board="weekly",period_id="3",state="open"}';
  const [refresh, close] = ['{job="refresh"}', '{job="close"}'];
  const runs = 'dealscale_leaderboard_runs';
  expect(render({}).filter((line) => !line.startsWith('#'))).toEqual([
    `dealscale_board_version${labels} 9`,
    `dealscale_board_age_seconds${labels} 30`,
    `dealscale_board_waiting_seconds${labels} 0`,
    `dealscale_board_players${labels} 12`,
    `dealscale_board_refresh_seconds${labels} 0.25`,
    `dealscale_board_overruns_total${labels} 5`,
    `dealscale_board_skips_total${labels} 4`,
    `dealscale_board_failures_total${labels} 6`,
    'dealscale_overdue_closes 0',
    `dealscale_leaderboard_run_seconds${refresh} 2.5`,
    `dealscale_leaderboard_run_age_seconds${refresh} 57.5`,
    `${runs}_seconds_total${refresh} 9`,
    `${runs}_seconds_total${close} 9`,
    `${runs}_total${refresh} 7`,
    `${runs}_total${close} 7`,
    `${runs}_skipped_total${refresh} 2`,
    `${runs}_skipped_total${close} 2`,
    `${runs}_overrun_total${refresh} 3`,
    `${runs}_overrun_total${close} 3`,
    `${runs}_put_off_total${refresh} 0`,
    `${runs}_put_off_total${close} 8`,
    `${runs}_failed_total${refresh} 1`,
    `${runs}_failed_total${close} 1`,
    '',
  ]);
});

test('documents each metric', () => {
  expect(render({}).slice(0, 2)).toEqual([
    '# HELP dealscale_board_version Published version of the period.',
    '# TYPE dealscale_board_version gauge',
  ]);
});

test('counts overdue closes', () => {
  expect(render({ boards: [board, { ...board, is_overdue: true }] })).toContain('dealscale_overdue_closes 1');
});

test('omits missing samples', () => {
  expect(render({ boards: [] }).join()).not.toContain('dealscale_board_');
});

test('reports the age of the oldest event', () => {
  const backlog = { unsent_count: 2, oldest_created_at: '2026-11-22T12:00:00Z', attempts_max: 3 };
  expect(renderMetrics(describeOutbox(backlog, nowMs)).match(/^dealscale.*$/gm)).toEqual([
    'dealscale_outbox_unsent 2',
    'dealscale_outbox_oldest_seconds 60',
    'dealscale_outbox_attempts_max 3',
  ]);
  const none = { unsent_count: 0, oldest_created_at: null, attempts_max: 0 };
  expect(renderMetrics(describeOutbox(none, nowMs))).toContain('\ndealscale_outbox_oldest_seconds 0\n');
});

test('no name can break out of its label', () => {
  const labels = { board: 'a"} 1\nb\\' };
  const text = renderMetrics([{ name: 'x', help: 'X.', type: 'gauge', samples: [{ labels, value: 1 }] }]);
  expect(text.split('\n')).toEqual(['# HELP x X.', '# TYPE x gauge', 'x{board="a\\"} 1\\nb\\\\"} 1', '']);
});
