import type { StepIdentity } from '../protocol/operation.ts';
import type { Transaction } from '../store/database.ts';
import { removeJobByKey } from '../store/jobs.ts';
import { consumePause, type Pause } from '../store/pauses.ts';
import { saveProgress } from '../store/runs.ts';
import { findStep, memoizeStep, type StepResult } from '../store/steps.ts';
import { type ActiveRun, lockRun } from './active-run.ts';
import { continueRun } from './enqueue-call.ts';

/**
 * Memoizes a step and continues; a second call for the same step does nothing. The caller saves the run's
 * progress.
 */
export async function settleStep(
  tx: Transaction,
  active: ActiveRun,
  step: StepIdentity,
  result: StepResult,
): Promise<void> {
  if (await memoizeStep(tx, active.run, step, result)) await continueRun(tx, active, step.isRace);
}

/** Settles a step that waits or sleeps. False if the run has ended. */
export async function wakeStep(
  tx: Transaction,
  runId: string,
  stepId: string,
  result: StepResult,
): Promise<boolean> {
  const active = await lockRun(tx, runId);
  const step = await findStep(tx, runId, stepId);
  if (active === null || step === null) return false;
  const { op, name, is_race: isRace } = step;
  await settleStep(tx, active, { id: stepId, op, name, isRace }, result);
  await saveProgress(tx, active.run);
  return true;
}

/** Resumes the run of a pause. False if the pause was already taken or the run has ended. */
export async function resumePause(tx: Transaction, pause: Pause, result: StepResult): Promise<boolean> {
  if (pause.step_id === null) return false;
  const active = await lockRun(tx, pause.run_id);
  if (active === null || !(await consumePause(tx, pause.id))) return false;
  await removeJobByKey(tx, pauseTimeoutKey(pause.run_id, pause.step_id));
  return await wakeStep(tx, pause.run_id, pause.step_id, result);
}

export function pauseTimeoutKey(runId: string, stepId: string): string {
  return `timeout:${runId}:${stepId}`;
}
