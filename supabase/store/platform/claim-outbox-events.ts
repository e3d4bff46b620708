import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const outboxEvent = z.object({
  id: z.string(),
  name: z.string(),
  data: z.record(z.string(), z.unknown()),
  created_at: z.string(),
});

/**
 * Claims up to `max_events` unsent events for 30 seconds, oldest first; nobody else gets them. For the
 * service.
 */
export async function claimOutboxEvents(client: StoreClient, args: { max_events: number }) {
  return toValue(await client.rpc('claim_outbox_events', args), z.array(outboxEvent));
}
