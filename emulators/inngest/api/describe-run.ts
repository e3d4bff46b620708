import type { Run } from '../store/runs.ts';

/** A run as the API shows it. `function_id` is the readable id, where the hosted service has a UUID. */
export function describeRun(run: Run): Record<string, unknown> {
  return {
    run_id: run.id,
    run_started_at: run.started_at ?? run.queued_at,
    function_id: run.function_id,
    function_version: 1,
    environment_id: 'local',
    event_id: run.event_ids[0] ?? null,
    event_name: run.events[0]?.name ?? null,
    batch_id: run.batch_id,
    original_run_id: run.original_run_id,
    cron: run.cron,
    status: run.status,
    queued_at: run.queued_at,
    ended_at: run.ended_at,
    output: run.output,
  };
}
