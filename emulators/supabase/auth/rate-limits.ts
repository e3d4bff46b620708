import type { ProjectConfig } from '../project-config.ts';
import { AuthError } from './auth-error.ts';

/**
 * The shared counters: everything that creates a session, and everything that creates or changes an account.
 */
export type LimitedAct = keyof ProjectConfig['auth']['rate_limit'];

export interface RateLimits {
  /** Counts a request of an address; throws if it exceeds the limit. */
  count: (act: LimitedAct, address: string) => void;
}

interface Bucket {
  /** Size of the burst. */
  tokens: number;
  /** When the tokens were last counted, in milliseconds. */
  at: number;
}

const burst = 30;
const windowMs = 5 * 60 * 1000;
const addressCountMax = 10_000;

/**
 * Hosted Auth's limits: each address has a burst of thirty requests, which refills evenly with the configured
 * number every five minutes.
 * @param factor raises both; 1 equals hosted Auth
 */
export function createRateLimits(
  limits: ProjectConfig['auth']['rate_limit'],
  factor: number,
  now: () => number = Date.now,
): RateLimits {
  const buckets = new Map<string, Bucket>();
  return {
    count: (act, address) => {
      const key = `${act}:${address}`;
      const at = now();
      const known = buckets.get(key) ?? { tokens: burst * factor, at };
      const refilled = ((at - known.at) * limits[act] * factor) / windowMs;
      const tokens = Math.min(burst * factor, known.tokens + refilled);
      // The address that was idle longest is dropped first.
      buckets.delete(key);
      buckets.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at });
      for (const oldest of buckets.keys()) {
        if (buckets.size <= addressCountMax) break;
        buckets.delete(oldest);
      }
      if (tokens < 1) throw new AuthError(429, 'over_request_rate_limit', 'Request rate limit reached');
    },
  };
}
