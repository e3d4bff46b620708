/** Delay before work is delivered again, in milliseconds. */
export interface Backoff {
  /** After the given attempt (from 0) failed. */
  attemptMs(attempt: number): number;
  /** After the application refused the connection this many times (from 0). Uses no attempt. */
  refusalMs(refusals: number): number;
}

/**
 * Delays after the first, second, … failed attempt. The first four, which is all that a function with the
 * default five attempts has, add up to 82 s, which outlasts an application that answers garbage while it
 * restarts.
 */
const defaultAttemptMs: readonly number[] = [2_000, 5_000, 15_000, 60_000, 120_000, 300_000, 600_000];

/** A refused connection never reached the application, so it is retried often and indefinitely. */
const defaultRefusalMs: readonly number[] = [250, 500, 1_000, 2_000, 5_000];

function pick(delaysMs: readonly number[], index: number): number {
  return delaysMs[Math.min(index, delaysMs.length - 1)] ?? 0;
}

/** The default table, or the caller's delays: one for all attempts, or one for each. */
export function createBackoff(attemptMs: number | readonly number[] = defaultAttemptMs): Backoff {
  const attemptsMs = typeof attemptMs === 'number' ? [attemptMs] : attemptMs;
  return {
    attemptMs: (attempt) => pick(attemptsMs, attempt),
    refusalMs: (refusals) => pick(defaultRefusalMs, refusals),
  };
}
