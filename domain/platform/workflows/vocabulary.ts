// The words of the durable functions' runs, as the database writes them.

/** stalled: nothing was heard of it for longer than it sleeps, waits or retries. */
export const runStatuses = ['running', 'stalled', 'completed', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** What a run is about; `event` if nothing more specific is known. */
export const runCauseKinds = [
  'request',
  'player',
  'board',
  'member',
  'guild',
  'run',
  'schedule',
  'event',
] as const;
export type RunCauseKind = (typeof runCauseKinds)[number];

export const stepKinds = ['run', 'send', 'sleep', 'wait', 'invoke', 'other'] as const;
export type StepKind = (typeof stepKinds)[number];

/** What a worker reports of an attempt of a step. */
export const stepStatuses = ['running', 'waiting', 'completed', 'failed'] as const;
export type StepStatus = (typeof stepStatuses)[number];

/** interrupted: it began, and the run went on without its end. */
export const shownStepStatuses = [...stepStatuses, 'interrupted'] as const;
export type ShownStepStatus = (typeof shownStepStatuses)[number];
