import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const scheduledJob = z.object({
  name: z.string(),
  schedule: z.string(),
  is_active: z.boolean(),
  /** Null if it has not run within the last day. */
  last_started_at: z.string().nullable(),
  last_status: z.string().nullable(),
  last_duration_ms: z.number().nullable(),
  last_message: z.string().nullable(),
});
export type ScheduledJob = z.output<typeof scheduledJob>;

/** The database's scheduled jobs with their last runs. For managers. */
export async function listScheduledJobs(client: StoreClient): Promise<ScheduledJob[]> {
  return toValue(await client.rpc('list_scheduled_jobs'), z.array(scheduledJob));
}
