import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** Marks events as sent; returns how many were unsent. For the service. */
export async function markOutboxEventsSent(client: StoreClient, args: { ids: string[] }): Promise<number> {
  return toValue(await client.rpc('mark_outbox_events_sent', args), z.number());
}
