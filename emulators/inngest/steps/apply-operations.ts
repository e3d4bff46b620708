import { createHash } from 'node:crypto';
import { identifyStep, isLazyOperation, type Operation } from '../protocol/operation.ts';
import type { Transaction } from '../store/database.ts';
import { beginStep, listMemoizedIds } from '../store/steps.ts';
import type { ActiveRun } from './active-run.ts';
import {
  beginEventWait,
  beginInvocation,
  beginSignalWait,
  beginSleep,
  InvalidWaitError,
} from './begin-wait.ts';
import { enqueueStep } from './enqueue-call.ts';
import { finishRun } from './finish-run.ts';
import { settleStep } from './settle-step.ts';

const maxSteps = 1_000;

/** Id under which the SDK reports the end of the function itself. */
const completionId = createHash('sha1').update('complete').digest('hex');

export function isFunctionFailure({ id, op }: Operation): boolean {
  return id === completionId && (op === 'StepError' || op === 'StepFailed');
}

/** A parallel group with planned steps continues when all its members have settled, not after each. */
async function openGroup(tx: Transaction, { run }: ActiveRun, operations: Operation[]): Promise<void> {
  if (operations.length < 2) return;
  run.is_planning_forced = true;
  if (run.req_version < 2 || !operations.some(({ op }) => op === 'StepPlanned')) return;
  const memoized = await listMemoizedIds(tx, run.id);
  run.pending = operations.map(({ id }) => id).filter((id) => !memoized.has(id));
}

async function applyOperation(tx: Transaction, active: ActiveRun, op: Operation): Promise<void> {
  const { run } = active;
  const step = identifyStep(op);
  switch (op.op) {
    case 'StepRun':
    case 'Step':
      return await settleStep(tx, active, step, { status: 'completed', memo: { data: op.data ?? null } });
    case 'StepError':
    case 'StepFailed':
      return await settleStep(tx, active, step, { status: 'failed', memo: { error: op.error ?? null } });
    case 'StepPlanned':
      if (await beginStep(tx, run, step, 'planned')) await enqueueStep(tx, active, op.id);
      return;
    case 'Sleep':
      return await beginSleep(tx, active, op);
    case 'WaitForEvent':
      return await beginEventWait(tx, active, op);
    case 'WaitForSignal':
      return await beginSignalWait(tx, active, op);
    case 'InvokeFunction':
      return await beginInvocation(tx, active, op);
    case 'DeferAdd':
    case 'DeferAbort':
      return;
    default: {
      const error = { name: 'UnsupportedStep', message: `This engine has no ${op.op} steps.` };
      return await settleStep(tx, active, step, { status: 'failed', memo: { error } });
    }
  }
}

/** Waits come first, because the author may send the very event that ends a wait beside it. */
function orderOperations(operations: Operation[]): Operation[] {
  const waits = operations.filter(({ op }) => op === 'WaitForEvent');
  return [...waits, ...operations.filter(({ op }) => op !== 'WaitForEvent')];
}

/**
 * Continues a run with the operations that the SDK requested. May end the run. The caller saves the run's
 * progress.
 */
export async function applyOperations(
  tx: Transaction,
  active: ActiveRun,
  operations: Operation[],
): Promise<void> {
  const { run } = active;
  const completion = operations.find(({ op }) => op === 'RunComplete');
  if (completion) return await finishRun(tx, run, 'Completed', completion.data);
  const steps = operations.filter((op) => !isLazyOperation(op));
  if (run.step_count + steps.length > maxSteps) {
    const error = { name: 'Error', message: `A run has at most ${maxSteps} steps.` };
    return await finishRun(tx, run, 'Failed', error);
  }
  await openGroup(tx, active, steps);
  try {
    for (const op of orderOperations(operations)) await applyOperation(tx, active, op);
  } catch (error) {
    if (!(error instanceof InvalidWaitError)) throw error;
    await finishRun(tx, run, 'Failed', { name: error.name, message: error.message });
  }
}
