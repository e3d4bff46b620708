import { verifyAuth } from '@supabase/server/core';
import type { ApiScope } from '#domain/integrations/api-scopes.ts';
import { getLeaderboardHealth } from '#store/leaderboard/boards/get-leaderboard-health.ts';
import { countAttempt } from '#store/platform/count-attempt.ts';
import { getOutboxBacklog } from '#store/platform/get-outbox-backlog.ts';
import { countSecondsUntil } from '../_shared/count-seconds-until.ts';
import { getStore } from '../_shared/create-store.ts';
import { readEnvironment } from '../_shared/environment.ts';
import { metricsEnvironment } from '../_shared/environments.ts';
import { findApiKey, readApiKey } from '../_shared/find-api-key.ts';
import { ProblemError } from '../_shared/problem.ts';
import { readCallerAddress } from '../_shared/read-caller-address.ts';
import { serveRequests } from '../_shared/serve-requests.ts';
import { describeLeaderboard } from './describe-leaderboard.ts';
import { describeOutbox } from './describe-outbox.ts';
import { metricsMediaType, renderMetrics } from './render-metrics.ts';

readEnvironment(metricsEnvironment);

const scope: ApiScope = 'metrics:read';

/** Refuses an address that exceeds its limit, before any lookup. */
async function refuseCrowd({ headers }: Request): Promise<void> {
  const counted = { action: 'metrics', who: readCallerAddress(headers) } as const;
  const { allowed, retry_at } = await countAttempt(getStore(), counted);
  if (allowed) return;
  const seconds = countSecondsUntil(retry_at);
  throw new ProblemError(
    { status: 429, code: 'rate_limited', title: 'Too many requests.', detail: `Wait ${seconds} s.` },
    { 'retry-after': String(seconds) },
  );
}

/** Requires the secret key, or an API key that has the scope. */
async function requireReader(request: Request): Promise<void> {
  const key = readApiKey(request.headers);
  if (key === null) {
    const { error } = await verifyAuth(request, { auth: 'secret' });
    if (!error) return;
  }
  const apiKey = key === null ? null : await findApiKey(key);
  if (apiKey?.scopes.includes(scope)) return;
  const detail = `Send the secret key in the apikey header, or "Authorization: Bearer dsk_…" with the scope ${scope}.`;
  throw apiKey
    ? new ProblemError({
        status: 403,
        code: 'scope_missing',
        title: `The key does not have the scope ${scope}.`,
        detail,
      })
    : new ProblemError(
        { status: 401, code: 'api_key_missing', title: 'This needs a key.', detail },
        { 'www-authenticate': 'Bearer' },
      );
}

/** The product's metrics for Prometheus. */
async function answer(request: Request): Promise<Response> {
  await refuseCrowd(request);
  await requireReader(request);
  const store = getStore();
  const [health, backlog] = await Promise.all([getLeaderboardHealth(store), getOutboxBacklog(store)]);
  const nowMs = Date.now();
  const text = renderMetrics([...describeLeaderboard(health, nowMs), ...describeOutbox(backlog, nowMs)]);
  return new Response(text, { headers: { 'content-type': metricsMediaType, 'cache-control': 'no-store' } });
}

export default serveRequests(answer, {
  status: 503,
  code: 'metrics_unavailable',
  title: 'The metrics cannot be read.',
  detail: 'Ask again with the next scrape.',
});
