import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const bucket = z.object({
  at: z.string(),
  run_count: z.number(),
  completed_count: z.number(),
  failed_count: z.number(),
  p50_ms: z.number().nullable(),
});

const functionStatistics = z.object({
  function_id: z.string(),
  run_count: z.number(),
  completed_count: z.number(),
  failed_count: z.number(),
  cancelled_count: z.number(),
  open_count: z.number(),
  p50_ms: z.number().nullable(),
  p95_ms: z.number().nullable(),
  last_started_at: z.string(),
  buckets: z.array(bucket),
});
export type FunctionStatistics = z.output<typeof functionStatistics>;

const statistics = z.object({
  first_bucket_at: z.string(),
  bucket_seconds: z.number(),
  functions: z.array(functionStatistics),
});
export type WorkflowStatistics = z.output<typeof statistics>;

/** Outcomes and durations per durable function, over time. For managers. */
export async function getWorkflowStatistics(
  client: StoreClient,
  args: { hours: number },
): Promise<WorkflowStatistics> {
  return toValue(await client.rpc('get_workflow_statistics', args), statistics);
}
