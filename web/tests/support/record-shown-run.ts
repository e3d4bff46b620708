import { useDatabase } from './use-database.ts';

/** A run that no engine knows: it failed after two attempts, and a step of it was interrupted. */
export const shownRunId = '01SHOWNRUN';

/** Records a run for pages to show. */
export async function recordShownRun(
  part: { run_id?: string; status?: 'running' | 'failed' } = {},
): Promise<void> {
  const nowMs = Date.now();
  const ago = (seconds: number): string => new Date(nowMs - seconds * 1_000).toISOString();
  const run = { run_id: part.run_id ?? shownRunId, function_id: 'announce-request-decision', attempt: 1 };
  const step = { name: 'tell-requester', step_id: 'b', kind: 'run' };
  const error = { name: 'DiscordError', message: 'POST /users/@me/channels: 503 0 Service Unavailable' };
  const failed = { ...step, status: 'failed', error };
  const reports = [
    {
      ...{ ...run, at: ago(60), status: 'running', quiet_seconds: 900 },
      event: { id: null, name: 'credits/request.decided', data: { request_id: 'shown' }, is_whole: true },
      cause: { kind: 'event', id: 'credits/request.decided' },
      steps: [
        { ...step, step_id: 'a', name: 'refresh-card', attempt: 0, status: 'running', started_at: ago(60) },
        { ...failed, attempt: 0, started_at: ago(59), ended_at: ago(58) },
      ],
    },
    {
      ...{ ...run, at: ago(1), status: part.status ?? 'failed', error, quiet_seconds: 900 },
      steps: [{ ...failed, attempt: 1, started_at: ago(3), ended_at: ago(1) }],
    },
  ];
  await useDatabase(
    (sql) => sql`select public.record_workflow_reports(${JSON.stringify(reports)}::text::jsonb)`,
  );
}
