import { createMiddleware } from 'hono/factory';
import { checkRateLimit } from '#store/platform/check-rate-limit.ts';
import { countSecondsUntil } from '../_shared/count-seconds-until.ts';
import { getStore } from '../_shared/create-store.ts';
import { readCallerAddress } from '../_shared/read-caller-address.ts';
import type { ApiEnvironment } from './api-environment.ts';
import { ProblemError } from './problem.ts';

const windowSeconds = 60;
const keyedCountMax = 6_000;
const publicCountMax = 240;

/** Who shares a limit: a key, or for the public an address. */
function toBucket(apiKeyId: string | undefined, headers: Headers): string {
  return apiKeyId ? `api:key:${apiKeyId}` : `api:address:${readCallerAddress(headers)}`;
}

interface Limit {
  /** As the RateLimit headers name it. */
  policy: string;
  bucket: string;
  limitCount: number;
  /** What to do besides waiting. */
  advice: string;
  /** False only looks whether another request would pass. */
  is_counted?: boolean;
}

/** The limit of all routes: that of a key, or of the address that a request without a valid one comes from. */
function findLimit(apiKeyId: string | undefined, headers: Headers): Limit {
  return {
    policy: 'default',
    bucket: toBucket(apiKeyId, headers),
    limitCount: apiKeyId ? keyedCountMax : publicCountMax,
    advice: 'Send score events in batches rather than one by one.',
  };
}

/** Counts a request; its RateLimit headers (draft-ietf-httpapi-ratelimit-headers), or a problem when it is one too many. */
async function countRequest(limit: Limit): Promise<Record<string, string>> {
  const { policy, bucket, limitCount, advice, is_counted = true } = limit;
  const counted = { bucket, limit_count: limitCount, window_seconds: windowSeconds, is_counted };
  const { allowed, remaining, reset_at } = await checkRateLimit(getStore(), counted);
  const resetSeconds = countSecondsUntil(reset_at);
  const headers = {
    'ratelimit-policy': `"${policy}";q=${limitCount};w=${windowSeconds}`,
    ratelimit: `"${policy}";r=${remaining};t=${resetSeconds}`,
  };
  if (allowed) return headers;
  throw new ProblemError(
    {
      status: 429,
      code: 'rate_limited',
      title: 'Too many requests.',
      detail: `Wait ${resetSeconds} s. ${advice}`,
    },
    { ...headers, 'retry-after': String(resetSeconds) },
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
export function limitCostlyRate(policy: string, limitCount: number) {
  return createMiddleware<ApiEnvironment>(async (context, next) => {
    const bucket = `${toBucket(context.get('apiKey')?.id, context.req.raw.headers)}:${policy}`;
    const advice = 'It costs much, and its answer seldom changes.';
    const headers = await countRequest({ policy, bucket, limitCount, advice });
    await next();
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
  });
}
