import { z } from 'zod';
import {
  runCauseKinds,
  runStatuses,
  shownStepStatuses,
  stepKinds,
} from '#domain/platform/workflows/vocabulary.ts';

export interface RunError {
  name?: string | undefined;
  message: string;
  cause?: RunError | undefined;
}

const runErrorSchema: z.ZodType<RunError> = z.object({
  name: z.string().optional(),
  message: z.string(),
  get cause() {
    return runErrorSchema.optional();
  },
});

/** A run as lists show it. */
export const workflowRunSchema = z.object({
  run_id: z.string(),
  function_id: z.string(),
  status: z.enum(runStatuses),
  event_name: z.string().nullable(),
  cause: z.object({ kind: z.enum(runCauseKinds), id: z.string(), label: z.string().nullable() }),
  repeats_run_id: z.string().nullable(),
  /** Counted from 0. */
  attempt: z.number().int(),
  started_at: z.string(),
  last_seen_at: z.string(),
  ended_at: z.string().nullable(),
  duration_ms: z.number().nullable(),
  error: runErrorSchema.nullable(),
  is_cancel_requested: z.boolean(),
});
export type WorkflowRun = z.output<typeof workflowRunSchema>;

const workflowStepSchema = z.object({
  step_id: z.string(),
  attempt: z.number().int(),
  name: z.string(),
  kind: z.enum(stepKinds),
  status: z.enum(shownStepStatuses),
  started_at: z.string(),
  ended_at: z.string().nullable(),
  due_at: z.string().nullable(),
  is_timed: z.boolean(),
  execution_count: z.number().int(),
  output: z.unknown(),
  error: runErrorSchema.nullable(),
});
export type WorkflowStep = z.output<typeof workflowStepSchema>;

/** A run with everything that is stored about it. */
export const wholeWorkflowRunSchema = workflowRunSchema.extend({
  input: z.unknown(),
  is_input_whole: z.boolean(),
  output: z.unknown(),
  event_id: z.string().nullable(),
  steps: z.array(workflowStepSchema),
  repeated_by: z.array(z.string()),
});
export type WholeWorkflowRun = z.output<typeof wholeWorkflowRunSchema>;
