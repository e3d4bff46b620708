import type { AppCall } from '../protocol/call-app.ts';
import { parseDurationMs } from '../protocol/duration.ts';
import { countAttempts } from '../protocol/function-config.ts';
import { type ActiveRun, lockRun } from '../steps/active-run.ts';
import type { Transaction } from '../store/database.ts';
import { addJob, holdJob, type Job, removeJob } from '../store/jobs.ts';
import { listMemos } from '../store/steps.ts';

/** The first call marks the run as running and starts its finish time-out. */
async function startRun(tx: Transaction, { run, config }: ActiveRun): Promise<void> {
  if (run.started_at !== null) return;
  await tx.sql`
    update runs set status = 'Running', started_at = ${new Date(tx.nowMs)} where id = ${run.id}`;
  if (!config.timeouts?.finish) return;
  const run_at_ms = tx.nowMs + parseDurationMs(config.timeouts.finish);
  await addJob(tx, { key: `finish-timeout:${run.id}`, kind: 'finish_timeout', run_id: run.id, run_at_ms });
}

/** Reads what a claimed job must send. `null` if the run has ended or the claim has lapsed. */
export async function beginCall(tx: Transaction, job: Job): Promise<AppCall | null> {
  const active = await lockRun(tx, job.run_id ?? '');
  if (active === null) {
    await removeJob(tx, job.id);
    return null;
  }
  if (!(await holdJob(tx, job))) return null;
  await startRun(tx, active);
  return {
    run: active.run,
    steps: await listMemos(tx, active.run.id),
    url: active.config.steps.step.runtime.url,
    attemptCount: countAttempts(active.config),
    stepId: job.step_id ?? 'step',
    attempt: job.attempt,
    jobId: job.id,
    generation: job.lease_generation,
  };
}
