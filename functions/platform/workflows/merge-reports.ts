import type { StepReport, WorkflowReport } from '#domain/platform/workflows/workflow-report.ts';

const isProgress = ({ status, is_engine_word }: WorkflowReport): boolean =>
  status === 'running' && !is_engine_word;

/** The beginning of an execution is left out if its end is there. */
function mergeSteps(earlier: readonly StepReport[], later: readonly StepReport[]): StepReport[] {
  const isOver = (step: StepReport): boolean =>
    later.some(
      (end) =>
        end.step_id === step.step_id && end.attempt === step.attempt && end.started_at === step.started_at,
    );
  return [...earlier.filter((step) => step.ended_at !== undefined || !isOver(step)), ...later];
}

/**
 * Fewer reports that leave the same record: progress of a run is part of what follows it. The first report of each run
 * stays by itself, because the run began then, and it describes the event for the others.
 */
export function mergeReports(reports: readonly WorkflowReport[]): WorkflowReport[] {
  const merged: WorkflowReport[] = [];
  const last = new Map<string, { index: number; isFirst: boolean }>();
  for (const report of reports) {
    const place = last.get(report.run_id);
    const earlier = place && merged[place.index];
    if (earlier && !place.isFirst && isProgress(earlier) && earlier.attempt === report.attempt) {
      merged[place.index] = { ...report, steps: mergeSteps(earlier.steps, report.steps) };
    } else {
      last.set(report.run_id, { index: merged.length, isFirst: place === undefined });
      merged.push(report);
    }
  }
  return merged;
}
