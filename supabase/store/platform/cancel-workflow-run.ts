import { z } from 'zod';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = z.object({ run_id: z.string(), replayed: z.boolean() });

/** Asks the engine to cancel a run. Refused: not_admin, run_not_found, run_ended. */
export async function cancelWorkflowRun(
  client: StoreClient,
  args: { run_id: string; idempotency_key: string; acting_player_id?: string; source?: Source },
) {
  return toOutcome(await client.rpc('cancel_workflow_run', args), answer);
}
