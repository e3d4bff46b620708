import { z } from 'zod';
import type { WorkflowReport } from '#domain/platform/workflows/workflow-report.ts';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** Records what was seen of runs; repeated and late reports change nothing. For the service. */
export async function recordWorkflowReports(
  client: StoreClient,
  { reports, timeoutMs }: { reports: WorkflowReport[]; timeoutMs: number },
): Promise<number> {
  const signal = AbortSignal.timeout(timeoutMs);
  return toValue(await client.rpc('record_workflow_reports', { reports }).abortSignal(signal), z.number());
}
