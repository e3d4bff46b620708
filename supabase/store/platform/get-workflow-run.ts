import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { type WholeWorkflowRun, wholeWorkflowRunSchema } from './workflow-run-schema.ts';

/** One run of a durable function with its steps; null if there is none. For managers. */
export async function getWorkflowRun(
  client: StoreClient,
  args: { run_id: string },
): Promise<WholeWorkflowRun | null> {
  return toValue(await client.rpc('get_workflow_run', args), wholeWorkflowRunSchema.nullable());
}
