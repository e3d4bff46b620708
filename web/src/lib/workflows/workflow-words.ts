import type {
  RunCauseKind,
  RunStatus,
  ShownStepStatus,
  StepKind,
} from '#domain/platform/workflows/vocabulary.ts';

export const runStatusNames: Record<RunStatus, string> = {
  running: 'Running',
  stalled: 'Stalled',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export const stepStatusNames: Record<ShownStepStatus, string> = {
  running: 'Running',
  waiting: 'Waiting',
  completed: 'Completed',
  failed: 'Failed',
  interrupted: 'Interrupted',
};

export const stepKindNames: Record<StepKind, string> = {
  run: 'Step',
  send: 'Events sent',
  sleep: 'Sleep',
  wait: 'Wait for an event',
  invoke: 'Another function',
  other: 'Step',
};

export const causeKindNames: Record<RunCauseKind, string> = {
  request: 'Credit request',
  player: 'Player',
  board: 'Board',
  member: 'Discord member',
  guild: 'Discord server',
  run: 'Run',
  schedule: 'Schedule',
  event: 'Event',
};

/** `post-request-card` → `Post request card`. */
export function nameFunction(functionId: string): string {
  const words = functionId.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
