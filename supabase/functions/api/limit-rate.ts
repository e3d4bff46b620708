import { createMiddleware } from 'hono/factory';
import type { AttemptAction } from '#domain/platform/attempt-actions.ts';
import { countAttempt } from '#store/platform/count-attempt.ts';
import { countSecondsUntil } from '../_shared/count-seconds-until.ts';
import { getStore } from '../_shared/create-store.ts';
import { readCallerAddress } from '../_shared/read-caller-address.ts';
import type { ApiEnvironment } from './api-environment.ts';
import { ProblemError } from './problem.ts';

interface Limit {
  /** As the RateLimit headers name it. */
  policy: string;
  action: AttemptAction;
  /** Who shares a limit: a key, or for the public an address. */
  who: string;
  /** What to do besides waiting. */
  advice: string;
  /** False only looks whether another request would pass. */
  is_counted?: boolean;
}

/** The limit of all routes: that of a key, or of the address that a request without a valid one comes from. */
function findLimit(apiKeyId: string | undefined, headers: Headers): Limit {
  return {
    policy: 'default',
    action: apiKeyId ? 'api_key' : 'api_address',
    who: apiKeyId ?? readCallerAddress(headers),
    advice: 'Send score events in batches instead of one at a time.',
  };
}

/** Counts a request; its RateLimit headers (draft-ietf-httpapi-ratelimit-headers), or a problem when it is one too many. */
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

/** Counts a request for the address it comes from, whoever it says it is. As countRequest. */
export function countForAddress(headers: Headers): Promise<Record<string, string>> {
  return countRequest(findLimit(undefined, headers));
}

/** Throws the problem of an address that is beyond its limit, and counts nothing. */
export async function refuseCrowdedAddress(headers: Headers): Promise<void> {
  await countRequest({ ...findLimit(undefined, headers), is_counted: false });
}

/** Counts each request and says in the RateLimit headers what is left. */
export const limitRate = createMiddleware<ApiEnvironment>(async (context, next) => {
  const headers = await countRequest(findLimit(context.get('apiKey')?.id, context.req.raw.headers));
  await next();
  for (const [name, value] of Object.entries(headers)) {
    if (!context.res.headers.has(name)) context.res.headers.set(name, value);
  }
});

/** A limit of its own, beside the general one, for a route that costs the database much. */
export function limitCostlyRate(policy: 'simulate' | 'verification') {
  return createMiddleware<ApiEnvironment>(async (context, next) => {
    const { who } = findLimit(context.get('apiKey')?.id, context.req.raw.headers);
    const advice = 'This call is expensive and its result rarely changes.';
    const headers = await countRequest({ policy, action: `api_${policy}`, who, advice });
    await next();
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
  });
}
