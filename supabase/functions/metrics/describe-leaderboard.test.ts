import { expect, test } from 'vitest';
import type { LeaderboardHealth } from '#store/leaderboard/get-leaderboard-health.ts';
import { describeLeaderboard } from './describe-leaderboard.ts';
import { describeOutbox } from './describe-outbox.ts';
import { renderMetrics } from './render-metrics.ts';

const nowMs = Date.parse('2026-11-22T12:01:00Z');
const run = {
  started_at: '2026-11-22T12:00:00Z',
  finished_at: '2026-11-22T12:00:02.5Z',
  run_count: 7,
  skipped_count: 2,
  failed_count: 1,
  last_error: 'late',
};
const board = {
  board: 'weekly',
  period_id: 3,
  state: 'open',
  version: 9,
  as_of: '2026-11-22T12:00:30Z',
  player_count: 12,
  last_refresh_ms: 250,
  skipped_count: 4,
  overrun_count: 5,
  waits_since: null,
};
const render = (health: Partial<LeaderboardHealth>) =>
  renderMetrics(describeLeaderboard({ run, boards: [board], ...health }, nowMs)).split('\n');

test('tells how each board and the runs do', () => {
  const labels = '{board="weekly",period_id="3",state="open"}';
  const job = '{job="refresh"}';
  expect(render({}).filter((line) => !line.startsWith('#'))).toEqual([
    `dealscale_board_version${labels} 9`,
    `dealscale_board_age_seconds${labels} 30`,
    `dealscale_board_waiting_seconds${labels} 0`,
    `dealscale_board_players${labels} 12`,
    `dealscale_board_refresh_seconds${labels} 0.25`,
    `dealscale_board_overruns_total${labels} 5`,
    `dealscale_board_skips_total${labels} 4`,
    'dealscale_overdue_closes 0',
    `dealscale_leaderboard_run_seconds${job} 2.5`,
    `dealscale_leaderboard_run_age_seconds${job} 57.5`,
    `dealscale_leaderboard_runs_total${job} 7`,
    `dealscale_leaderboard_runs_skipped_total${job} 2`,
    `dealscale_leaderboard_runs_failed_total${job} 1`,
    '',
  ]);
});

test('says for each metric what it is', () => {
  expect(render({}).slice(0, 2)).toEqual([
    '# HELP dealscale_board_version Published version of the period.',
    '# TYPE dealscale_board_version gauge',
  ]);
});

test('counts what is overdue, and tells of closes where they run on their own', () => {
  const closing = { ...run, duration_ms: 1500, overrun_count: 6, busy_count: 8 };
  const lines = render({ closing, boards: [board, { ...board, is_overdue: true }] });
  expect(lines).toEqual(
    expect.arrayContaining([
      'dealscale_overdue_closes 1',
      'dealscale_leaderboard_run_seconds{job="close"} 1.5',
      'dealscale_leaderboard_runs_overrun_total{job="close"} 6',
      'dealscale_leaderboard_runs_put_off_total{job="close"} 8',
    ]),
  );
});

test('leaves out what is not known yet', () => {
  const begun = { ...run, started_at: '2026-11-22T12:00:30Z' };
  expect(render({ run: begun }).join()).not.toContain('run_seconds{');
  expect(render({ run: { ...run, finished_at: null } }).join()).not.toMatch(/run_(age_)?seconds\{/);
  expect(render({ boards: [] }).join()).not.toContain('dealscale_board_');
});

test('tells how long the oldest event waits', () => {
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
