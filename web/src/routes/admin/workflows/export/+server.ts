import { requireRole } from '#lib/server/session/require-role.ts';
import { streamCsv } from '#lib/server/table/stream-csv.ts';
import { listWorkflowRuns } from '#store/platform/list-workflow-runs.ts';
import type { WorkflowRun } from '#store/platform/workflow-run-schema.ts';
import { readRunsQuery } from '../read-runs-query.server.ts';
import type { RequestHandler } from './$types.js';

/** Downloads every run that the filters leave. */
export const GET: RequestHandler = async ({ locals, url }) => {
  await requireRole(locals, url, 'manager');
  const { filters } = readRunsQuery(url);
  return streamCsv<WorkflowRun>({
    name: 'runs',
    columns: [
      ['run_id', (run) => run.run_id],
      ['function_id', (run) => run.function_id],
      ['status', (run) => run.status],
      ['event_name', (run) => run.event_name],
      ['cause_kind', (run) => run.cause.kind],
      ['cause_id', (run) => run.cause.id],
      ['attempts', (run) => run.attempt + 1],
      ['started_at', (run) => run.started_at],
      ['ended_at', (run) => run.ended_at],
      ['duration_ms', (run) => run.duration_ms],
      ['error', (run) => run.error?.message ?? null],
    ],
    read: (after) => listWorkflowRuns(locals.supabase, { ...filters, after, max_rows: 200 }),
  });
};
