import { z } from 'zod';
import type { AttemptAction } from '#domain/platform/attempt-actions.ts';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = z.object({
  allowed: z.boolean(),
  remaining: z.number().int(),
  reset_at: z.string(),
  /** When the next attempt is allowed. */
  retry_at: z.string(),
  limit_count: z.number().int(),
  window_seconds: z.number().int(),
});

/**
 * Counts one attempt of a player, an address or a key, if it is allowed. Commands count themselves; this is
 * for what they do not see. For the service.
 * @param args.is_counted false only checks whether an attempt would be allowed
 */
export async function countAttempt(
  client: StoreClient,
  args: { action: AttemptAction; who: string; is_counted?: boolean },
) {
  return toValue(await client.rpc('count_attempt', args), answer);
}
