import { NonRetriableError, RetryAfterError } from 'inngest';
import { DiscordError, DiscordRateLimitError } from './discord-error.ts';

/**
 * Runs a Discord call inside a step and maps its failure for the engine: a rate limit = retry when it ends; a
 * refusal (4xx) = never retry; anything else (outage, 5xx) = the function's own retries.
 */
export async function callDiscord<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof DiscordRateLimitError) {
      throw new RetryAfterError(error.message, Math.max(1_000, error.retryAfterMs), { cause: error });
    }
    const isRefusal = error instanceof DiscordError && error.status >= 400 && error.status < 500;
    if (isRefusal && error.status !== 401) throw new NonRetriableError(error.message, { cause: error });
    throw error;
  }
}
