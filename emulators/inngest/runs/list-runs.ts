import type { Transaction } from '../store/database.ts';
import type { Run, RunStatus } from '../store/runs.ts';

export interface RunFilter {
  status?: RunStatus;
  function_id?: string;
  event_id?: string;
  /** Id of the last run of the previous page. */
  cursor?: string;
  limit?: number;
}

/** Runs that match the filter, newest first; 20 by default. */
export async function listRuns({ sql }: Transaction, filter: RunFilter): Promise<Run[]> {
  return await sql<Run[]>`
    select * from runs
    where true
      ${filter.status ? sql`and status = ${filter.status}` : sql``}
      ${filter.function_id ? sql`and function_id = ${filter.function_id}` : sql``}
      ${filter.event_id ? sql`and event_ids @> ${[filter.event_id]}` : sql``}
      ${filter.cursor ? sql`and id < ${filter.cursor}` : sql``}
    order by id desc limit ${filter.limit ?? 20}`;
}

export async function findRun({ sql }: Transaction, runId: string): Promise<Run | null> {
  const rows = await sql<Run[]>`select * from runs where id = ${runId}`;
  return rows[0] ?? null;
}

interface RunJob {
  id: string;
  kind: string;
  step_id: string | null;
  attempt: number;
  run_at: Date;
  last_error: string | null;
}

/** What is outstanding for a run. */
export async function listRunJobs({ sql }: Transaction, runId: string): Promise<RunJob[]> {
  return await sql<RunJob[]>`
    select id, kind, step_id, attempt, run_at, last_error from jobs where run_id = ${runId} order by run_at, id`;
}
