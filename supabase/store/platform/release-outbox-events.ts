import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** Gives events back that could not be sent; they wait a little longer each time. For the service. */
export async function releaseOutboxEvents(client: StoreClient, args: { ids: string[] }): Promise<number> {
  return toValue(await client.rpc('release_outbox_events', args), z.number());
}
