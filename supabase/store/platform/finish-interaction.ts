import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** Stores the answer and outcome of an interaction; the first one stays. For the service. */
export async function finishInteraction(
  client: StoreClient,
  args: { interaction_id: string; response: unknown; outcome: string; duration_ms: number },
): Promise<void> {
  toValue(await client.rpc('finish_interaction', args), z.unknown());
}
