import type { TestDatabase } from '#dev/tests/test-database.ts';
import type { StepReport, WorkflowReport } from '#domain/platform/workflows/workflow-report.ts';

/** A moment of today, by its second. */
export const at = (second: number): string => new Date(Date.UTC(2026, 10, 30, 12, 0, second)).toISOString();

export function makeReport(
  part: Partial<WorkflowReport> & Pick<WorkflowReport, 'run_id' | 'at'>,
): WorkflowReport {
  return { function_id: 'post-card', attempt: 0, status: 'running', quiet_seconds: 900, steps: [], ...part };
}

export function makeStep(part: Partial<StepReport> & Pick<StepReport, 'step_id' | 'started_at'>): StepReport {
  return { attempt: 0, name: part.step_id, kind: 'run', status: 'running', ...part };
}

export async function record(
  { sql }: Pick<TestDatabase, 'sql'>,
  reports: readonly WorkflowReport[],
): Promise<void> {
  await sql`select public.record_workflow_reports(${JSON.stringify(reports)}::text::jsonb)`;
}

/** The reports of a run of a request that began at a moment and took so many seconds. */
export function makeRun(
  run_id: string,
  startedAt: string,
  seconds: number,
  status: 'completed' | 'failed' = 'completed',
): WorkflowReport[] {
  const data = { request_id: `r-${run_id}` };
  const event = { id: run_id, name: 'credits/request.created', data, is_whole: true };
  const cause = { kind: 'request', id: data.request_id } as const;
  const endedAt = new Date(Date.parse(startedAt) + seconds * 1_000).toISOString();
  const error = { name: 'Error', message: `The card of ${run_id} is gone.` };
  return [
    makeReport({ run_id, at: startedAt, event, cause }),
    makeReport({ run_id, at: endedAt, status, ...(status === 'failed' && { error }) }),
  ];
}

/** A scheduled run that is under way. */
export function makeScheduledRun(run_id: string, startedAt: string): WorkflowReport {
  return makeReport({
    ...{ run_id, at: startedAt, function_id: 'sync-roles', quiet_seconds: 9_999 },
    event: { id: null, name: 'inngest/scheduled.timer', data: { cron: '7 * * * *' }, is_whole: true },
    cause: { kind: 'schedule', id: '7 * * * *' },
    steps: [makeStep({ step_id: 's', name: 'list', started_at: startedAt })],
  });
}
