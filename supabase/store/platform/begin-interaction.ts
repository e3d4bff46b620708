import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = z.object({
  first: z.boolean(),
  response: z.unknown(),
  /** Set when this person is too fast: nothing is to be done, and then there is room again. */
  retry_at: z.string().nullable(),
});

/**
 * Counts a Discord interaction and writes it down. `first` is true exactly once per id; `response` is the first answer when there
 * is one. With a payload it is completed later if nobody finishes it. For the service.
 */
export async function beginInteraction(
  client: StoreClient,
  args: { interaction_id: string; command: string; discord_user_id: string; payload?: unknown },
) {
  return toValue(await client.rpc('begin_interaction', args), answer);
}
