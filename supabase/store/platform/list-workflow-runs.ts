import { z } from 'zod';
import type { RunCauseKind, RunStatus } from '#domain/platform/workflows/vocabulary.ts';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { workflowRunSchema } from './workflow-run-schema.ts';

const page = z.object({ rows: z.array(workflowRunSchema), next_cursor: z.string().nullable() });

/** Runs of durable functions that match every given filter. For managers. */
export async function listWorkflowRuns(
  client: StoreClient,
  args: {
    function_id?: string;
    status?: RunStatus;
    cause_kind?: RunCauseKind;
    cause_id?: string;
    started_after?: string;
    started_before?: string;
    query?: string;
    sort_by?: 'started_at' | 'duration_ms';
    is_descending?: boolean;
    after?: string;
    max_rows?: number;
  } = {},
) {
  return toValue(await client.rpc('list_workflow_runs', args), page);
}
