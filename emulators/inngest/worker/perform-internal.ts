import { z } from 'zod';
import { routeEvent } from '../events/route-event.ts';
import { fireBatch } from '../flow-control/batch.ts';
import { fireTick } from '../flow-control/cron.ts';
import { fireDebounce } from '../flow-control/debounce.ts';
import { cancelRun } from '../steps/finish-run.ts';
import { wakeStep } from '../steps/settle-step.ts';
import type { Transaction } from '../store/database.ts';
import { holdJob, type Job, removeJob } from '../store/jobs.ts';
import { lockActiveRun } from '../store/runs.ts';
import { findStep } from '../store/steps.ts';

const routePayload = z.object({ internalId: z.string() });
const tickPayload = z.object({ cron: z.string(), scheduledMs: z.number() });
const debouncePayload = z.object({ key: z.string() });
const batchPayload = z.object({ batchId: z.string() });

const invokeTimeout = {
  name: 'InngestInvokeTimeoutError',
  message: 'Timed out waiting for invoked function to complete',
};

/** Ends a wait that timed out: an invocation with an error, any other with null. */
async function endTimedOutWait(tx: Transaction, runId: string, stepId: string): Promise<void> {
  const step = await findStep(tx, runId, stepId);
  await tx.sql`delete from pauses where run_id = ${runId} and step_id = ${stepId}`;
  const memo = step?.status === 'invoking' ? { error: invokeTimeout } : null;
  await wakeStep(tx, runId, stepId, { status: 'timed_out', memo });
}

async function cancelUnstarted(tx: Transaction, runId: string): Promise<void> {
  const run = await lockActiveRun(tx, runId);
  if (run !== null && run.started_at === null) await cancelRun(tx, runId);
}

async function actOn(tx: Transaction, job: Job): Promise<void> {
  const runId = job.run_id ?? '';
  const stepId = job.step_id ?? '';
  switch (job.kind) {
    case 'route':
      return await routeEvent(tx, routePayload.parse(job.payload).internalId);
    case 'sleep':
      await wakeStep(tx, runId, stepId, { status: 'completed', memo: null });
      return;
    case 'pause_timeout':
      return await endTimedOutWait(tx, runId, stepId);
    case 'cron':
      return await fireTick(tx, job.function_id ?? '', tickPayload.parse(job.payload));
    case 'debounce':
      return await fireDebounce(tx, debouncePayload.parse(job.payload).key);
    case 'batch':
      return await fireBatch(tx, batchPayload.parse(job.payload).batchId);
    case 'start_timeout':
      return await cancelUnstarted(tx, runId);
    case 'finish_timeout':
      await cancelRun(tx, runId);
      return;
    case 'discover':
    case 'step':
      throw new Error(`${job.kind} is a call to the application.`);
  }
}

/**
 * Performs and removes a job that only touches the database, in one transaction. A lost claim does nothing.
 */
export async function performInternal(tx: Transaction, job: Job): Promise<void> {
  if (job.run_id !== null) await lockActiveRun(tx, job.run_id);
  if (!(await holdJob(tx, job))) return;
  await actOn(tx, job);
  await removeJob(tx, job.id);
}
