interface BucketState {
  remaining: number;
  resetAtMs: number;
}

/** Interaction tokens make a bucket each: ended ones are dropped beyond this many. */
const bucketCountMax = 1_000;

/** A route with its ids replaced, except the major one: requests with the same key share a limit. */
export function toBucketKey(method: string, path: string): string {
  const segments = path.split('?')[0]?.split('/').filter(Boolean) ?? [];
  const majorIndexes = segments[0] === 'webhooks' || segments[0] === 'interactions' ? [1, 2] : [1];
  const key = segments.map((segment, index) =>
    /^\d{15,20}$/.test(segment) && !majorIndexes.includes(index) ? ':id' : segment,
  );
  return `${method} /${key.join('/')}`;
}

/**
 * Remembers what Discord's headers said about each bucket, and how many requests it refused lately.
 * Discord blocks an address after 10,000 refused requests (401, 403, 429) in ten minutes, so the count is a brake.
 */
export class RateLimitLedger {
  #buckets = new Map<string, BucketState>();
  #globalResetAtMs = 0;
  #refusedAtMs: number[] = [];

  /** Milliseconds to wait before the next request of this bucket may go out; 0 = now. */
  delayMs(bucketKey: string, nowMs: number): number {
    const bucket = this.#buckets.get(bucketKey);
    const bucketWaitMs = bucket && bucket.remaining <= 0 ? bucket.resetAtMs - nowMs : 0;
    return Math.max(0, bucketWaitMs, this.#globalResetAtMs - nowMs);
  }

  /** Takes in the headers of any answer. */
  observe(bucketKey: string, headers: Headers, nowMs: number): void {
    const remaining = Number(headers.get('x-ratelimit-remaining') ?? Number.NaN);
    const resetAfter = Number(headers.get('x-ratelimit-reset-after') ?? Number.NaN);
    if (!Number.isFinite(remaining) || !Number.isFinite(resetAfter)) return;
    this.#buckets.set(bucketKey, { remaining, resetAtMs: nowMs + resetAfter * 1000 });
    if (this.#buckets.size > bucketCountMax) this.#dropEnded(nowMs);
  }

  /** Takes in a 429: nobody may use the bucket (or, when global, any bucket) before it ends. */
  block(bucketKey: string, waitMs: number, isGlobal: boolean, nowMs: number): void {
    if (isGlobal) this.#globalResetAtMs = nowMs + waitMs;
    else this.#buckets.set(bucketKey, { remaining: 0, resetAtMs: nowMs + waitMs });
  }

  /** Counts a refused request and gives how many there were in the last ten minutes. */
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
