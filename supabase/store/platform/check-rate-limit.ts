import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = z.object({ allowed: z.boolean(), remaining: z.number().int(), reset_at: z.string() });

/**
 * Counts one call in a bucket (who and what) when it is allowed. For the service.
 * @param args.is_counted false only looks whether a call would be allowed
 */
export async function checkRateLimit(
  client: StoreClient,
  args: { bucket: string; limit_count: number; window_seconds: number; is_counted?: boolean },
) {
  return toValue(await client.rpc('check_rate_limit', args), answer);
}
