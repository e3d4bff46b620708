import type { StepIdentity } from '../protocol/operation.ts';
import { type Transaction, toJson } from './database.ts';
import type { Run } from './runs.ts';

type StepStatus =
  | 'planned'
  | 'sleeping'
  | 'waiting'
  | 'invoking'
  | 'failing'
  | 'completed'
  | 'failed'
  | 'timed_out';

export interface Step {
  run_id: string;
  step_id: string;
  op: string;
  name: string;
  status: StepStatus;
  is_race: boolean;
  memo: unknown;
  position: number | null;
  attempts: number;
  error: unknown;
  started_at: Date;
  ended_at: Date | null;
}

/**
 * Records that a step is in progress. False if it already was: the SDK reports steps in flight again on each
 * discovery, and only the first report may schedule anything.
 */
export async function beginStep(
  tx: Transaction,
  run: Run,
  step: StepIdentity,
  status: StepStatus,
): Promise<boolean> {
  const rows = await tx.sql`
    insert into run_steps (run_id, step_id, op, name, status, is_race, started_at)
    values (${run.id}, ${step.id}, ${step.op}, ${step.name}, ${status}, ${step.isRace},
      ${new Date(tx.nowMs)})
    on conflict (run_id, step_id) do update set status = excluded.status, op = excluded.op
    where run_steps.status = 'failing' returning step_id`;
  return rows.length === 1;
}

export interface StepResult {
  status: 'completed' | 'failed' | 'timed_out';
  memo: unknown;
}

/** Memoizes a step, once: false if it already has a memo, which then does not change. */
export async function memoizeStep(
  tx: Transaction,
  run: Run,
  step: StepIdentity,
  result: StepResult,
): Promise<boolean> {
  const rows = await tx.sql`
    insert into run_steps (run_id, step_id, op, name, status, is_race, memo, position, attempts, started_at, ended_at)
    values (${run.id}, ${step.id}, ${step.op}, ${step.name}, ${result.status}, ${step.isRace},
      ${toJson(result.memo)}::text::json, ${run.step_count}, 1, ${new Date(tx.nowMs)}, ${new Date(tx.nowMs)})
    on conflict (run_id, step_id) do update set status = excluded.status, memo = excluded.memo,
      position = excluded.position, attempts = run_steps.attempts + 1, ended_at = excluded.ended_at
    where run_steps.position is null returning step_id`;
  run.pending = run.pending.filter((id) => id !== step.id);
  if (rows.length === 0) return false;
  run.step_count += 1;
  return true;
}

/** Records a failed attempt of a step that will be retried. */
export async function recordStepFailure(
  tx: Transaction,
  run: Run,
  step: StepIdentity,
  error: unknown,
): Promise<void> {
  await tx.sql`
    insert into run_steps (run_id, step_id, op, name, status, attempts, error, started_at)
    values (${run.id}, ${step.id}, 'StepRun', ${step.name}, 'failing', 1, ${toJson(error)}::text::json,
      ${new Date(tx.nowMs)})
    on conflict (run_id, step_id) do update set attempts = run_steps.attempts + 1, error = excluded.error
    where run_steps.position is null`;
}

export async function findStep({ sql }: Transaction, runId: string, stepId: string): Promise<Step | null> {
  const rows = await sql<Step[]>`select * from run_steps where run_id = ${runId} and step_id = ${stepId}`;
  return rows[0] ?? null;
}

/** Ids of the steps that have a memo. */
export async function listMemoizedIds({ sql }: Transaction, runId: string): Promise<Set<string>> {
  const rows = await sql<{ step_id: string }[]>`
    select step_id from run_steps where run_id = ${runId} and position is not null`;
  return new Set(rows.map(({ step_id }) => step_id));
}

/** Steps with a memo, in the order in which they settled. */
export async function listMemos({ sql }: Transaction, runId: string): Promise<Step[]> {
  return await sql<Step[]>`
    select * from run_steps where run_id = ${runId} and position is not null order by position`;
}

/** All steps of a run: settled ones first, in order. */
export async function listSteps({ sql }: Transaction, runId: string): Promise<Step[]> {
  return await sql<Step[]>`
    select * from run_steps where run_id = ${runId} order by position nulls last, started_at, step_id`;
}
