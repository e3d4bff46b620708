import { createRun } from '../flow-control/create-run.ts';
import { lockFor, type Transaction } from '../store/database.ts';
import { findEvents } from '../store/events.ts';
import { findFunction } from '../store/functions.ts';
import { saveProgress } from '../store/runs.ts';
import { findRun } from './list-runs.ts';

export type RerunOutcome = { ok: true; run_id: string } | { ok: false; reason: string };

/**
 * Starts a new run of the same function with the same events. With a step, everything that settled before it
 * is copied, and the run begins there.
 */
export async function rerun(
  tx: Transaction,
  runId: string,
  fromStepId: string | null,
): Promise<RerunOutcome> {
  await lockFor(tx.sql, 'schedule');
  const original = await findRun(tx, runId);
  if (original === null) return { ok: false, reason: 'There is no such run.' };
  const target = await findFunction(tx, original.function_id);
  if (target === null || target.archived_at !== null) return { ok: false, reason: 'Its function is gone.' };
  const events = await findEvents(tx, original.event_ids);
  if (events.length === 0) return { ok: false, reason: 'Its events are no longer kept.' };
  let newRunId = '';
  await createRun(tx, target, events, {
    originalRunId: runId,
    ...(original.batch_id ? { batchId: original.batch_id } : {}),
    ...(original.cron ? { cron: original.cron } : {}),
    async prepare(run) {
      newRunId = run.id;
      if (fromStepId === null) return;
      const copied = await tx.sql`
        insert into run_steps (run_id, step_id, op, name, status, is_race, memo, position, attempts,
          started_at, ended_at)
        select ${run.id}, step_id, op, name, status, is_race, memo, position, attempts,
          started_at, ended_at
        from run_steps where run_id = ${runId} and position < (
          select position from run_steps where run_id = ${runId} and step_id = ${fromStepId})
        returning step_id`;
      run.step_count = copied.length;
      run.req_version = original.req_version;
      await saveProgress(tx, run);
    },
  });
  return { ok: true, run_id: newRunId };
}
