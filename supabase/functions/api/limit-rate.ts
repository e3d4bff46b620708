import { createMiddleware } from 'hono/factory';
import type { AttemptAction } from '#domain/platform/attempt-actions.ts';
import { countAttempt } from '#store/platform/count-attempt.ts';
import { countSecondsUntil } from '../_shared/count-seconds-until.ts';
import { getStore } from '../_shared/create-store.ts';
import { ProblemError } from '../_shared/problem.ts';
import { readCallerAddress } from '../_shared/read-caller-address.ts';
import type { ApiEnvironment } from './api-environment.ts';

interface Limit {
  /** The policy name in the RateLimit headers. */
  policy: string;
  action: AttemptAction;
  /** What shares a limit: a key, or an address for the public. */
  who: string;
  /** What to do besides waiting. */
  advice: string;
  /** False only checks whether another request would pass. */
  is_counted?: boolean;
}

/** The limit for all routes: per key, or per address without a valid key. */
function findLimit(apiKeyId: string | undefined, headers: Headers): Limit {
  return {
    policy: 'default',
    action: apiKeyId ? 'api_key' : 'api_address',
    who: apiKeyId ?? readCallerAddress(headers),
    advice: 'Send score events in batches instead of one at a time.',
  };
}

/**
 * Counts a request and returns its RateLimit headers (draft-ietf-httpapi-ratelimit-headers), or a problem if
 * it exceeds the limit.
 */
async function countRequest(limit: Limit): Promise<Record<string, string>> {
  const { policy, action, who, advice, is_counted = true } = limit;
  const attempt = await countAttempt(getStore(), { action, who, is_counted });
  const { allowed, limit_count, window_seconds, remaining, reset_at, retry_at } = attempt;
  const headers = {
    'ratelimit-policy': `"${policy}";q=${limit_count};w=${window_seconds}`,
    ratelimit: `"${policy}";r=${remaining};t=${countSecondsUntil(reset_at)}`,
  };
  if (allowed) return headers;
  const waitSeconds = countSecondsUntil(retry_at);
  throw new ProblemError(
    {
      status: 429,
      code: 'rate_limited',
      title: 'Too many requests.',
      detail: `Wait ${waitSeconds} s. ${advice}`,
    },
    { ...headers, 'retry-after': String(waitSeconds) },
  );
}

/** Counts a request towards its address, whatever key it sends. Otherwise like countRequest. */
export function countForAddress(headers: Headers): Promise<Record<string, string>> {
  return countRequest(findLimit(undefined, headers));
}

/** Throws the problem of an address beyond its limit, without counting. */
export async function refuseCrowdedAddress(headers: Headers): Promise<void> {
  await countRequest({ ...findLimit(undefined, headers), is_counted: false });
}

/** Counts each request and reports the remaining quota in the RateLimit headers. */
export const limitRate = createMiddleware<ApiEnvironment>(async (context, next) => {
  const headers = await countRequest(findLimit(context.get('apiKey')?.id, context.req.raw.headers));
  await next();
  for (const [name, value] of Object.entries(headers)) {
    if (!context.res.headers.has(name)) context.res.headers.set(name, value);
  }
});

/** An additional limit for a route that is expensive for the database. */
export function limitCostlyRate(policy: 'simulate' | 'verification') {
  return createMiddleware<ApiEnvironment>(async (context, next) => {
    const { who } = findLimit(context.get('apiKey')?.id, context.req.raw.headers);
    const advice = 'This call is expensive and its result rarely changes.';
    const headers = await countRequest({ policy, action: `api_${policy}`, who, advice });
    await next();
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
  });
}
