import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const unfinishedInteraction = z.object({ id: z.string(), payload: z.unknown() });

export type UnfinishedInteraction = z.output<typeof unfinishedInteraction>;

/** Writing interactions that were not finished in time, oldest first. For the service. */
export async function listUnfinishedInteractions(
  client: StoreClient,
  args: { max_rows?: number } = {},
): Promise<UnfinishedInteraction[]> {
  return toValue(await client.rpc('list_unfinished_interactions', args), z.array(unfinishedInteraction));
}
