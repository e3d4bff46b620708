interface BucketState {
  remaining: number;
  resetAtMs: number;
}

/** Each interaction token gets a bucket; beyond this many, expired ones are dropped. */
const bucketCountMax = 1_000;

/** A route with its ids replaced, except the major parameter. Requests with the same key share a limit. */
export function toBucketKey(method: string, path: string): string {
  const segments = path.split('?')[0]?.split('/').filter(Boolean) ?? [];
  const majorIndexes = segments[0] === 'webhooks' || segments[0] === 'interactions' ? [1, 2] : [1];
  const key = segments.map((segment, index) =>
    /^\d{15,20}$/.test(segment) && !majorIndexes.includes(index) ? ':id' : segment,
  );
  return `${method} /${key.join('/')}`;
}

/**
 * Tracks the rate-limit headers of each bucket and the number of recently refused requests. Discord blocks an
 * address after 10,000 refused requests (401, 403, 429) in ten minutes, so the count serves as a brake.
 */
export class RateLimitLedger {
  #buckets = new Map<string, BucketState>();
  #globalResetAtMs = 0;
  #refusedAtMs: number[] = [];

  /** Milliseconds until the next request of this bucket may be sent; 0 = now. */
  delayMs(bucketKey: string, nowMs: number): number {
    const bucket = this.#buckets.get(bucketKey);
    const bucketWaitMs = bucket && bucket.remaining <= 0 ? bucket.resetAtMs - nowMs : 0;
    return Math.max(0, bucketWaitMs, this.#globalResetAtMs - nowMs);
  }

  /** Processes the headers of any response. */
  observe(bucketKey: string, headers: Headers, nowMs: number): void {
    const remaining = Number(headers.get('x-ratelimit-remaining') ?? Number.NaN);
    const resetAfter = Number(headers.get('x-ratelimit-reset-after') ?? Number.NaN);
    if (!Number.isFinite(remaining) || !Number.isFinite(resetAfter)) return;
    this.#buckets.set(bucketKey, { remaining, resetAtMs: nowMs + resetAfter * 1000 });
    if (this.#buckets.size > bucketCountMax) this.#dropEnded(nowMs);
  }

  /** Processes a 429: the bucket (or every bucket, if global) is blocked until it ends. */
  block(bucketKey: string, waitMs: number, isGlobal: boolean, nowMs: number): void {
    if (isGlobal) this.#globalResetAtMs = nowMs + waitMs;
    else this.#buckets.set(bucketKey, { remaining: 0, resetAtMs: nowMs + waitMs });
  }

  /** Counts a refused request and returns the number in the last ten minutes. */
  countRefused(nowMs: number): number {
    this.#refusedAtMs.push(nowMs);
    return this.refusedCount(nowMs);
  }

  /** Refused requests in the last ten minutes. */
  refusedCount(nowMs: number): number {
    this.#refusedAtMs = this.#refusedAtMs.filter((at) => at > nowMs - 600_000);
    return this.#refusedAtMs.length;
  }

  #dropEnded(nowMs: number): void {
    for (const [key, { resetAtMs }] of this.#buckets) {
      if (resetAtMs <= nowMs) this.#buckets.delete(key);
    }
  }
}
