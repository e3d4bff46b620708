/** How long to wait before work is delivered again, in milliseconds. */
export interface Backoff {
  /** After the given attempt (from 0) failed. */
  attemptMs(attempt: number): number;
  /** After the application refused the connection this many times before (from 0). Spends no attempt. */
  refusalMs(refusals: number): number;
}

/**
 * Delays after the first, second, … failed attempt. The first four, which is all that a function with the default
 * five attempts has, sum up to 82 s, so that an application that answers nonsense while it restarts is outlived.
 */
const defaultAttemptMs: readonly number[] = [2_000, 5_000, 15_000, 60_000, 120_000, 300_000, 600_000];

/** A refused connection never reached the application, so it is tried again often, and for as long as it takes. */
const defaultRefusalMs: readonly number[] = [250, 500, 1_000, 2_000, 5_000];

function pick(delaysMs: readonly number[], index: number): number {
  return delaysMs[Math.min(index, delaysMs.length - 1)] ?? 0;
}

/** The default table, or delays of the caller's: one for all attempts, or one for each. */
export function createBackoff(attemptMs: number | readonly number[] = defaultAttemptMs): Backoff {
  const attemptsMs = typeof attemptMs === 'number' ? [attemptMs] : attemptMs;
  return {
    attemptMs: (attempt) => pick(attemptsMs, attempt),
    refusalMs: (refusals) => pick(defaultRefusalMs, refusals),
  };
}
