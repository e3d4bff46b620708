import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { scheduledGrantSchema } from './scheduled-grant-schema.ts';

const page = z.object({ rows: z.array(scheduledGrantSchema), next_cursor: z.string().nullable() });

/** Scheduled grants, latest effect first; for managers. */
export async function listScheduledGrants(
  client: StoreClient,
  args: { state?: string; after?: string; max_rows?: number } = {},
) {
  return toValue(await client.rpc('list_scheduled_grants', args), page);
}
