import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const backlog = z.object({
  unsent_count: z.number().int(),
  /** Null if nothing waits. */
  oldest_created_at: z.string().nullable(),
  attempts_max: z.number().int(),
});

export type OutboxBacklog = z.output<typeof backlog>;

/** The number of unsent events and the age of the oldest. For the service. */
export async function getOutboxBacklog(client: StoreClient): Promise<OutboxBacklog> {
  return toValue(await client.rpc('get_outbox_backlog'), backlog);
}
