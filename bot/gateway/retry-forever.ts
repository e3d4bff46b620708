import { logFailure } from '#domain/platform/log.ts';

const delayMsMax = 30_000;

/**
 * Retries until the work succeeds, waiting 1, 2, 4, … at most 30 s between attempts. For a process that can
 * only wait for the others to come back. Returns null when `signal` aborts.
 */
export async function retryForever<T>(
  name: string,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T | null> {
  for (let attemptCount = 0; !signal.aborted; attemptCount += 1) {
    try {
      return await work();
    } catch (error) {
      const delayMs = Math.min(1_000 * 2 ** attemptCount, delayMsMax);
      logFailure(`${name} failed; retrying`, error, { delay_ms: delayMs });
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, delayMs);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }
  return null;
}
