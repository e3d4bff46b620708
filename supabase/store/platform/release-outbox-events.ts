import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** Releases events that could not be sent; each retry waits a little longer. For the service. */
export async function releaseOutboxEvents(client: StoreClient, args: { ids: string[] }): Promise<number> {
  return toValue(await client.rpc('release_outbox_events', args), z.number());
}
