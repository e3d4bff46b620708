import { createMiddleware } from 'hono/factory';
import { z } from 'zod';
import { checkRateLimit } from '#store/platform/check-rate-limit.ts';
import { getStore } from '../_shared/create-store.ts';
import { readEnvironment } from '../_shared/environment.ts';
import type { ApiEnvironment } from './api-environment.ts';
import { ProblemError } from './problem.ts';

const windowSeconds = 60;
const keyedCountMax = 6_000;
const publicCountMax = 240;

const environment = { XFF_DEPTH: z.coerce.number().int().min(1).default(1) };

/**
 * Who shares a limit: a key, or for the public an address as the outermost proxy of ours saw it. Each proxy appends
 * whom it was called by, so what stands further to the front was written by the caller.
 */
function toBucket(apiKeyId: string | undefined, headers: Headers): string {
  if (apiKeyId) return `api:key:${apiKeyId}`;
  const { XFF_DEPTH: depth } = readEnvironment(environment);
  const address = headers.get('x-forwarded-for')?.split(',').at(-depth)?.trim() || 'unknown';
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
