import { z } from 'zod';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = z.object({ run_id: z.string(), event_id: z.string(), replayed: z.boolean() });

/** Sends the event of a run again, under a new id. Refused: not_admin, run_not_found, run_not_repeatable. */
export async function repeatWorkflowRun(
  client: StoreClient,
  args: { run_id: string; idempotency_key: string; acting_player_id?: string; source?: Source },
) {
  return toOutcome(await client.rpc('repeat_workflow_run', args), answer);
}
