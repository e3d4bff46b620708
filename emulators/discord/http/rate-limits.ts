import { createHash } from 'node:crypto';

export interface Bucket {
  limit: number;
  windowMs: number;
}

/** The remaining quota of a request; `retryAfterMs` above zero means it must wait. */
export interface Allowance {
  bucket: Bucket;
  key: string;
  remaining: number;
  resetAtMs: number;
  resetAfterMs: number;
  retryAfterMs: number;
  isGlobal: boolean;
}

const globalBucket: Bucket = { limit: 50, windowMs: 1000 };
export const defaultBucket: Bucket = { limit: 30, windowMs: 1000 };
/** Ten role changes per guild in a fixed window; the real window is undocumented. */
export const memberRoleBucket: Bucket = { limit: 10, windowMs: 2500 };
export const messageBucket: Bucket = { limit: 5, windowMs: 2000 };

interface Window {
  used: number;
  resetAtMs: number;
}

/**
 * Counts requests in fixed windows, per method, route and guild, channel or webhook, and for the whole bot.
 */
interface RateLimits {
  take(request: {
    method: string;
    route: string;
    major: string;
    bucket: Bucket;
    isExempt: boolean;
  }): Allowance;
}

export function createRateLimits(nowMs: () => number): RateLimits {
  const windows = new Map<string, Window>();

  function use(key: string, bucket: Bucket): Allowance {
    const now = nowMs();
    const known = windows.get(key);
    const isOpen = known !== undefined && known.resetAtMs > now;
    const window = isOpen ? known : { used: 0, resetAtMs: now + bucket.windowMs };
    windows.set(key, window);
    if (windows.size > 5000)
      for (const [old, { resetAtMs }] of windows) if (resetAtMs <= now) windows.delete(old);
    const isOver = window.used >= bucket.limit;
    if (!isOver) window.used += 1;
    return {
      bucket,
      key,
      remaining: bucket.limit - window.used,
      resetAtMs: window.resetAtMs,
      resetAfterMs: window.resetAtMs - now,
      retryAfterMs: isOver ? window.resetAtMs - now : 0,
      isGlobal: false,
    };
  }

  return {
    take({ method, route, major, bucket, isExempt }) {
      const own = use(`${method} ${route} ${major}`, bucket);
      if (isExempt || own.retryAfterMs > 0) return own;
      const shared = use('global', globalBucket);
      return shared.retryAfterMs > 0 ? { ...shared, isGlobal: true } : own;
    },
  };
}

/** The headers that Discord adds to each response. */
export function toRateLimitHeaders(
  allowance: Allowance,
  method: string,
  route: string,
): Record<string, string> {
  const { bucket, resetAtMs, resetAfterMs, remaining } = allowance;
  const hash = createHash('sha256').update(`${method} ${route}`).digest('hex').slice(0, 32);
  return {
    'x-ratelimit-limit': String(bucket.limit),
    'x-ratelimit-remaining': String(Math.max(0, remaining)),
    'x-ratelimit-reset': (resetAtMs / 1000).toFixed(3),
    'x-ratelimit-reset-after': (resetAfterMs / 1000).toFixed(3),
    'x-ratelimit-bucket': hash,
  };
}
