import type { EventBody } from '../protocol/event.ts';
import type { Transaction } from './database.ts';

export type RunStatus = 'Scheduled' | 'Running' | 'Completed' | 'Failed' | 'Cancelled' | 'Skipped';

export interface Run {
  id: string;
  function_id: string;
  status: RunStatus;
  events: EventBody[];
  event_ids: string[];
  batch_id: string | null;
  cron: string | null;
  original_run_id: string | null;
  req_version: number;
  is_planning_forced: boolean;
  pending: string[];
  step_count: number;
  concurrency_keys: string[];
  order_at: Date;
  output: unknown;
  queued_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
}

/** Locks a run that has not ended until the transaction ends; `null` if it has ended or does not exist. */
export async function lockActiveRun({ sql }: Transaction, runId: string): Promise<Run | null> {
  const rows = await sql<Run[]>`
    select * from runs where id = ${runId} and status in ('Scheduled', 'Running') for update`;
  return rows[0] ?? null;
}

/** Saves the scheduling state that steps changed in memory. */
export async function saveProgress({ sql }: Transaction, run: Run): Promise<void> {
  await sql`
    update runs set req_version = ${run.req_version}, is_planning_forced = ${run.is_planning_forced},
      pending = ${run.pending}, step_count = ${run.step_count}
    where id = ${run.id}`;
}
