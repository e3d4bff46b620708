import { requireRole } from '#lib/server/session/require-role.ts';
import { getWorkflowStatistics } from '#store/platform/get-workflow-statistics.ts';
import { listScheduledJobs } from '#store/platform/list-scheduled-jobs.ts';
import { listWorkflowRuns } from '#store/platform/list-workflow-runs.ts';
import type { PageServerLoad } from './$types.js';
import { readRunsQuery, statisticsHours } from './read-runs-query.server.ts';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
  depends('app:workflows');
  await requireRole(locals, url, 'manager');
  const { filters, sort, hours } = readRunsQuery(url);
  const [{ rows, next_cursor }, statistics, jobs] = await Promise.all([
    listWorkflowRuns(locals.supabase, filters),
    getWorkflowStatistics(locals.supabase, { hours }),
    listScheduledJobs(locals.supabase),
  ]);
  return { runs: rows, next_cursor, sort, statistics, hours, spans: statisticsHours, jobs };
};
