import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = z.object({
  first: z.boolean(),
  response: z.unknown(),
  /** Set if this person is rate-limited: do nothing, and retry at this time. */
  retry_at: z.string().nullable(),
});

/**
 * Counts and stores a Discord interaction. `first` is true exactly once per id; `response` is the first
 * answer, if any. With a payload, it is completed later if nobody finishes it. For the service.
 */
export async function beginInteraction(
  client: StoreClient,
  args: { interaction_id: string; command: string; discord_user_id: string; payload?: unknown },
) {
  return toValue(await client.rpc('begin_interaction', args), answer);
}
