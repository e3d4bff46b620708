import { createMiddleware } from 'hono/factory';
import { checkRateLimit } from '#store/platform/check-rate-limit.ts';
import { getStore } from '../_shared/create-store.ts';
import type { ApiEnvironment } from './api-environment.ts';
import { ProblemError } from './problem.ts';

const windowSeconds = 60;
const keyedCountMax = 6_000;
const publicCountMax = 240;

/** Who shares a limit: a key, or for the public an address as the proxy in front of us saw it. */
function toBucket(apiKeyId: string | undefined, headers: Headers): string {
  if (apiKeyId) return `api:key:${apiKeyId}`;
  const address = headers.get('x-forwarded-for')?.split(',')[0]?.trim() || 'unknown';
  return `api:address:${address.slice(0, 64)}`;
}

/** Counts each request and says in the RateLimit headers what is left (draft-ietf-httpapi-ratelimit-headers). */
export const limitRate = createMiddleware<ApiEnvironment>(async (context, next) => {
  const apiKey = context.get('apiKey');
  const limitCount = apiKey ? keyedCountMax : publicCountMax;
  const { allowed, remaining, reset_at } = await checkRateLimit(getStore(), {
    bucket: toBucket(apiKey?.id, context.req.raw.headers),
    limit_count: limitCount,
    window_seconds: windowSeconds,
  });
  const resetSeconds = Math.max(1, Math.ceil((Date.parse(reset_at) - Date.now()) / 1000));
  const headers = {
    'ratelimit-policy': `"default";q=${limitCount};w=${windowSeconds}`,
    ratelimit: `"default";r=${remaining};t=${resetSeconds}`,
  };
  if (!allowed) {
    throw new ProblemError(
      {
        status: 429,
        code: 'rate_limited',
        title: 'Too many requests.',
        detail: `Wait ${resetSeconds} s. Send score events in batches rather than one by one.`,
      },
      { ...headers, 'retry-after': String(resetSeconds) },
    );
  }
  await next();
  for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
});
