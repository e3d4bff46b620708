import type { WorkflowStep } from '#store/platform/workflow-run-schema.ts';

/** What is worth knowing about a step besides its status and its time; null if nothing is. */
export function describeStep(step: WorkflowStep, formatMoment: (moment: string) => string): string | null {
  const { kind, status, due_at, is_timed, execution_count, output, error } = step;
  if (status === 'waiting' && due_at !== null) {
    return `${kind === 'sleep' ? 'Sleeps' : 'Waits'} until ${formatMoment(due_at)}.`;
  }
  if (status === 'interrupted') return 'It began, and nobody reported its end.';
  if (error) return error.message;
  if (kind === 'wait' && status === 'completed' && output === null) return 'Nothing came in time.';
  if (!is_timed) return 'Its worker ended before it could report when this was done.';
  if (execution_count > 1)
    return `The engine had it executed ${execution_count} times, because an answer was lost.`;
  return null;
}
