import type { LeaderboardHealth, ScheduledRun } from '#store/leaderboard/boards/get-leaderboard-health.ts';
import type { Metric } from './render-metrics.ts';

type BoardHealth = LeaderboardHealth['boards'][number];
type Samples = Metric['samples'];

function toSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}

function secondsSince(at: string | null, nowMs: number): number | null {
  return at === null ? null : Math.max(0, (nowMs - Date.parse(at)) / 1000);
}

function describeBoards(boards: readonly BoardHealth[], nowMs: number): Metric[] {
  const sample = (read: (board: BoardHealth) => number | null): Samples =>
    boards.map((board) => ({
      labels: { board: board.board, period_id: board.period_id, state: board.state },
      value: read(board),
    }));
  const prefix = 'dealscale_board_';
  return [
    {
      name: `${prefix}version`,
      help: 'Published version of the period.',
      type: 'gauge',
      samples: sample((board) => board.version),
    },
    {
      name: `${prefix}age_seconds`,
      help: 'Seconds since the published version was last verified.',
      type: 'gauge',
      samples: sample((board) => secondsSince(board.checked_at, nowMs)),
    },
    {
      name: `${prefix}waiting_seconds`,
      help: 'Age of the oldest unpublished event in seconds; 0 if none.',
      type: 'gauge',
      samples: sample((board) => secondsSince(board.waits_since, nowMs) ?? 0),
    },
    {
      name: `${prefix}players`,
      help: 'Players on the board.',
      type: 'gauge',
      samples: sample((board) => board.player_count),
    },
    {
      name: `${prefix}refresh_seconds`,
      help: 'Duration of the last refresh in seconds.',
      type: 'gauge',
      samples: sample((board) => toSeconds(board.last_refresh_ms)),
    },
    {
      name: `${prefix}overruns_total`,
      help: 'Refreshes that took longer than the refresh interval.',
      type: 'counter',
      samples: sample((board) => board.overrun_count),
    },
    {
      name: `${prefix}skips_total`,
      help: 'Refreshes skipped because another one was running.',
      type: 'counter',
      samples: sample((board) => board.skipped_count),
    },
    {
      name: `${prefix}failures_total`,
      help: 'Refreshes and closes that failed.',
      type: 'counter',
      samples: sample((board) => board.failed_count),
    },
    {
      name: 'dealscale_overdue_closes',
      help: 'Periods whose close is overdue.',
      type: 'gauge',
      samples: [{ value: boards.filter(({ is_overdue }) => is_overdue).length }],
    },
  ];
}

function describeRuns(runs: Record<string, ScheduledRun>, nowMs: number): Metric[] {
  const sample = (read: (run: ScheduledRun) => number | null): Samples =>
    Object.entries(runs).map(([job, run]) => ({ labels: { job }, value: read(run) }));
  const prefix = 'dealscale_leaderboard_run';
  return [
    {
      name: `${prefix}_seconds`,
      help: 'Duration of the last scheduled run in seconds.',
      type: 'gauge',
      samples: sample((run) => toSeconds(run.duration_ms)),
    },
    {
      name: `${prefix}_age_seconds`,
      help: 'Seconds since the last scheduled run finished.',
      type: 'gauge',
      samples: sample((run) => secondsSince(run.finished_at, nowMs)),
    },
    {
      name: `${prefix}s_seconds_total`,
      help: 'Total duration of all scheduled runs in seconds.',
      type: 'counter',
      samples: sample((run) => toSeconds(run.duration_ms_total)),
    },
    {
      name: `${prefix}s_total`,
      help: 'Scheduled runs that finished.',
      type: 'counter',
      samples: sample((run) => run.run_count),
    },
    {
      name: `${prefix}s_skipped_total`,
      help: 'Scheduled runs skipped because the previous one was still running.',
      type: 'counter',
      samples: sample((run) => run.skipped_count),
    },
    {
      name: `${prefix}s_overrun_total`,
      help: 'Scheduled runs that took longer than their interval.',
      type: 'counter',
      samples: sample((run) => run.overrun_count),
    },
    {
      name: `${prefix}s_put_off_total`,
      help: 'Closes postponed to the next run.',
      type: 'counter',
      samples: sample((run) => run.busy_count),
    },
    {
      name: `${prefix}s_failed_total`,
      help: 'Boards or periods that failed in a scheduled run.',
      type: 'counter',
      samples: sample((run) => run.failed_count),
    },
  ];
}

/** The state of the leaderboard engine, as metrics. */
export function describeLeaderboard({ run, closing, boards }: LeaderboardHealth, nowMs: number): Metric[] {
  return [...describeBoards(boards, nowMs), ...describeRuns({ refresh: run, close: closing }, nowMs)];
}
