import type { WholeWorkflowRun, WorkflowStep } from '#store/platform/workflow-run-schema.ts';

/** A step of the waterfall: its bar in percent of the run's time. */
export interface StepBar {
  step: WorkflowStep;
  /** Milliseconds after the start of the run. */
  offsetMs: number;
  /** Null if the end is unknown. */
  durationMs: number | null;
  left: number;
  width: number;
}

/**
 * Where each step lies in the time of its run. What has not ended reaches to the end of the run, or to now.
 * @param nowMs for runs that have not ended
 */
export function layOutSteps(
  { started_at, ended_at, steps }: Pick<WholeWorkflowRun, 'started_at' | 'ended_at' | 'steps'>,
  nowMs: number,
): StepBar[] {
  const startMs = Date.parse(started_at);
  const endMs = Math.max(
    ended_at === null ? nowMs : Date.parse(ended_at),
    ...steps.map((step) => Date.parse(step.ended_at ?? step.started_at)),
    startMs + 1,
  );
  const toPercent = (ms: number): number => Math.round((10_000 * ms) / (endMs - startMs)) / 100;
  return steps.map((step) => {
    const offsetMs = Math.max(Date.parse(step.started_at) - startMs, 0);
    const untilMs = (step.ended_at === null ? endMs : Date.parse(step.ended_at)) - startMs;
    const left = toPercent(offsetMs);
    return {
      step,
      offsetMs,
      durationMs: step.ended_at === null || !step.is_timed ? null : Math.max(untilMs - offsetMs, 0),
      left,
      width: Math.max(toPercent(untilMs) - left, 0),
    };
  });
}
