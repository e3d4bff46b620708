import type { RunCauseKind, StepKind, StepStatus } from './vocabulary.ts';

/** What a run is about: the request, player, board … it works on. */
export interface RunCause {
  kind: RunCauseKind;
  id: string;
}

/** What a worker saw of one attempt of a step. */
export interface StepReport {
  step_id: string;
  attempt: number;
  name: string;
  kind: StepKind;
  status: StepStatus;
  /** The same in the report of the beginning and that of the end. */
  started_at: string;
  ended_at?: string;
  /** When a sleep ends or a wait times out. */
  due_at?: string;
  /** The engine remembers the result; whether this or another worker ran it is unknown. */
  is_memo?: boolean;
  /** False if the end is only known to lie before `ended_at`. */
  is_timed?: boolean;
  output?: unknown;
  error?: unknown;
}

/** What was seen of a run at one moment. Reports may be repeated and arrive in any order. */
export interface WorkflowReport {
  run_id: string;
  function_id: string;
  at: string;
  /** Counted from 0. */
  attempt: number;
  status: 'running' | 'completed' | 'failed' | 'cancelled';
  /** The engine itself says so, which outweighs what a worker saw. */
  is_engine_word?: boolean;
  /** While running: for how long no further call has to come. */
  quiet_seconds?: number;
  event?: { id: string | null; name: string; data: unknown; is_whole: boolean };
  cause?: RunCause;
  repeats_run_id?: string;
  output?: unknown;
  error?: unknown;
  steps: StepReport[];
}
