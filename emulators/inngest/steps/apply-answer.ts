import type { AppAnswer } from '../protocol/app-answer.ts';
import { countAttempts } from '../protocol/function-config.ts';
import { identifyStep } from '../protocol/operation.ts';
import type { Transaction } from '../store/database.ts';
import { holdJob, type Job, postponeJob, removeJob } from '../store/jobs.ts';
import { saveProgress } from '../store/runs.ts';
import { recordStepFailure } from '../store/steps.ts';
import type { Backoff } from '../worker/backoff.ts';
import { type ActiveRun, lockRun } from './active-run.ts';
import { applyOperations, isFunctionFailure } from './apply-operations.ts';
import { finishRun } from './finish-run.ts';

function describeError(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}

interface Failure {
  error: unknown;
  isRetriable: boolean;
  retryAfterMs: number | null;
}

/** Redelivers the same job later. False if its attempts are used up or the author ruled it out. */
async function retryJob(
  tx: Transaction,
  { config }: ActiveRun,
  job: Job,
  { error, isRetriable, retryAfterMs }: Failure,
  backoff: Backoff,
): Promise<boolean> {
  if (!isRetriable || job.attempt + 1 >= countAttempts(config)) return false;
  const delayMs = retryAfterMs ?? backoff.attemptMs(job.attempt);
  const change = { attempt: job.attempt + 1, run_at_ms: tx.nowMs + delayMs, error: describeError(error) };
  await postponeJob(tx, job, change);
  return true;
}

async function applyFailure(
  tx: Transaction,
  active: ActiveRun,
  job: Job,
  failure: Failure,
  backoff: Backoff,
): Promise<void> {
  if (await retryJob(tx, active, job, failure, backoff)) return;
  await finishRun(tx, active.run, 'Failed', failure.error);
}

async function applyAnsweredOperations(
  tx: Transaction,
  active: ActiveRun,
  job: Job,
  answer: AppAnswer & { kind: 'operations' },
  backoff: Backoff,
): Promise<void> {
  const { run } = active;
  if (run.req_version === -1) run.req_version = answer.reqVersion;
  const ended = answer.operations.find(isFunctionFailure);
  if (ended) {
    const isRetriable = answer.isRetriable && ended.op === 'StepError';
    return await applyFailure(tx, active, job, { ...answer, error: ended.error, isRetriable }, backoff);
  }
  const failing = answer.operations.find(({ op }) => op === 'StepError');
  if (failing && (await retryJob(tx, active, job, { ...answer, error: failing.error }, backoff))) {
    await recordStepFailure(tx, run, identifyStep(failing), failing.error);
    return await saveProgress(tx, run);
  }
  await removeJob(tx, job.id);
  await applyOperations(tx, active, answer.operations);
  await saveProgress(tx, run);
}

/**
 * Writes everything that follows from an answer, in the caller's transaction. An answer is dropped if its job
 * was meanwhile delivered to another worker, or if its run has ended.
 */
export async function applyAnswer(
  tx: Transaction,
  job: Job,
  answer: AppAnswer,
  backoff: Backoff,
): Promise<void> {
  const active = await lockRun(tx, job.run_id ?? '');
  if (active === null || !(await holdJob(tx, job))) return;
  switch (answer.kind) {
    case 'completed':
      return await finishRun(tx, active.run, 'Completed', answer.output);
    case 'failed':
      return await applyFailure(tx, active, job, answer, backoff);
    case 'unreachable': {
      const run_at_ms = tx.nowMs + backoff.refusalMs(job.refusals);
      return await postponeJob(tx, job, { run_at_ms, refusals: job.refusals + 1, error: answer.message });
    }
    case 'operations':
      return await applyAnsweredOperations(tx, active, job, answer, backoff);
  }
}
