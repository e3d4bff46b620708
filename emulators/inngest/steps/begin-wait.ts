import { checkExpression } from '../expressions/evaluate.ts';
import { parseDueAtMs } from '../protocol/duration.ts';
import { invokedEventName } from '../protocol/event.ts';
import { identifyStep, type Operation } from '../protocol/operation.ts';
import type { Transaction } from '../store/database.ts';
import { storeEvent } from '../store/events.ts';
import { addJob } from '../store/jobs.ts';
import { addPause, findSignalPause } from '../store/pauses.ts';
import { beginStep } from '../store/steps.ts';
import type { ActiveRun } from './active-run.ts';
import { pauseTimeoutKey } from './settle-step.ts';

/** Any of these fails the whole run, because it requested something that cannot be waited for. */
export class InvalidWaitError extends Error {
  override name = 'InvalidWaitError';
}

function dueAtMs(text: string, nowMs: number): number {
  try {
    return parseDueAtMs(text, nowMs);
  } catch (cause) {
    throw new InvalidWaitError(String(cause), { cause });
  }
}

async function addTimeout(tx: Transaction, runId: string, stepId: string, atMs: number): Promise<void> {
  await addJob(tx, {
    key: pauseTimeoutKey(runId, stepId),
    kind: 'pause_timeout',
    run_id: runId,
    step_id: stepId,
    run_at_ms: atMs,
  });
}

export async function beginSleep(tx: Transaction, { run }: ActiveRun, op: Operation): Promise<void> {
  const atMs = dueAtMs(op.opts.duration ?? op.name ?? '', tx.nowMs);
  if (!(await beginStep(tx, run, identifyStep(op), 'sleeping'))) return;
  const key = `sleep:${run.id}:${op.id}`;
  await addJob(tx, { key, kind: 'sleep', run_id: run.id, step_id: op.id, run_at_ms: atMs });
}

export async function beginEventWait(tx: Transaction, { run }: ActiveRun, op: Operation): Promise<void> {
  const atMs = dueAtMs(op.opts.timeout ?? '', tx.nowMs);
  const expression = op.opts.if ?? null;
  try {
    if (expression) checkExpression(expression);
  } catch (cause) {
    throw new InvalidWaitError(`waitForEvent has an invalid condition: ${cause}`, { cause });
  }
  if (!(await beginStep(tx, run, identifyStep(op), 'waiting'))) return;
  await addPause(tx, {
    run_id: run.id,
    place: op.id,
    step_id: op.id,
    kind: 'event',
    event_name: op.opts.event ?? op.name ?? '',
    expression,
    expires_at_ms: atMs,
  });
  await addTimeout(tx, run.id, op.id, atMs);
}

/** One waiter per signal: a second one replaces the first or is refused, as its author chose. */
export async function beginSignalWait(tx: Transaction, { run }: ActiveRun, op: Operation): Promise<void> {
  const atMs = dueAtMs(op.opts.timeout ?? '', tx.nowMs);
  const signal = op.opts.signal ?? '';
  if (!(await beginStep(tx, run, identifyStep(op), 'waiting'))) return;
  const holder = await findSignalPause(tx, signal);
  if (holder !== null) {
    if (op.opts.conflict !== 'replace') {
      throw new InvalidWaitError(`Another run already waits for the signal "${signal}".`);
    }
    await tx.sql`delete from pauses where id = ${holder.id}`;
  }
  const place = { run_id: run.id, place: op.id, step_id: op.id };
  await addPause(tx, { ...place, kind: 'signal', signal, expires_at_ms: atMs });
  await addTimeout(tx, run.id, op.id, atMs);
}

/** Starts another function with an internal event; the end of that run, or the time-out, resumes this one. */
export async function beginInvocation(tx: Transaction, { run }: ActiveRun, op: Operation): Promise<void> {
  const atMs = op.opts.timeout ? dueAtMs(op.opts.timeout, tx.nowMs) : undefined;
  if (!(await beginStep(tx, run, identifyStep(op), 'invoking'))) return;
  const correlationId = `${run.id}.${op.id}`;
  const place = { run_id: run.id, place: op.id, step_id: op.id };
  await addPause(tx, { ...place, kind: 'invoke', correlation_id: correlationId, expires_at_ms: atMs });
  if (atMs !== undefined) await addTimeout(tx, run.id, op.id, atMs);
  const routing = {
    fn_id: op.opts.function_id ?? '',
    correlation_id: correlationId,
    source_fn_id: run.function_id,
    source_run_id: run.id,
  };
  const data = { ...(op.opts.payload?.data ?? {}), _inngest: routing };
  await storeEvent(tx, { name: invokedEventName, data });
}
