import { verifyAuth } from '@supabase/server/core';
import type { ApiScope } from '#domain/integrations/api-scopes.ts';
import { logFailure } from '#domain/platform/log.ts';
import { getLeaderboardHealth } from '#store/leaderboard/boards/get-leaderboard-health.ts';
import { countAttempt } from '#store/platform/count-attempt.ts';
import { getOutboxBacklog } from '#store/platform/get-outbox-backlog.ts';
import { countSecondsUntil } from '../_shared/count-seconds-until.ts';
import { getStore } from '../_shared/create-store.ts';
import { readEnvironment } from '../_shared/environment.ts';
import { metricsEnvironment } from '../_shared/environments.ts';
import { findApiKey, readApiKey } from '../_shared/find-api-key.ts';
import { readCallerAddress } from '../_shared/read-caller-address.ts';
import { describeLeaderboard } from './describe-leaderboard.ts';
import { describeOutbox } from './describe-outbox.ts';
import { metricsMediaType, renderMetrics } from './render-metrics.ts';

readEnvironment(metricsEnvironment);

const scope: ApiScope = 'metrics:read';

/** Null until the address exceeds its limit; checked before any lookup. */
async function refuseCrowd({ headers }: Request): Promise<Response | null> {
  const counted = { action: 'metrics', who: readCallerAddress(headers) } as const;
  const { allowed, retry_at } = await countAttempt(getStore(), counted);
  if (allowed) return null;
  const seconds = countSecondsUntil(retry_at);
  const error = `too many requests: wait ${seconds} s`;
  return Response.json({ error }, { status: 429, headers: { 'retry-after': String(seconds) } });
}

/** Null if the caller may read: with the secret key, or an API key that has the scope. */
async function refuse(request: Request): Promise<Response | null> {
  const key = readApiKey(request.headers);
  if (key === null) {
    const { error } = await verifyAuth(request, { auth: 'secret' });
    if (!error) return null;
  }
  const apiKey = key === null ? null : await findApiKey(key);
  if (apiKey?.scopes.includes(scope)) return null;
  const error = `send the secret key in the apikey header, or "Authorization: Bearer dsk_…" with the scope ${scope}`;
  return apiKey
    ? Response.json({ error }, { status: 403 })
    : Response.json({ error }, { status: 401, headers: { 'www-authenticate': 'Bearer' } });
}

/** The product's metrics for Prometheus. */
async function fetch(request: Request): Promise<Response> {
  try {
    const refusal = (await refuseCrowd(request)) ?? (await refuse(request));
    if (refusal) return refusal;
    const store = getStore();
    const [health, backlog] = await Promise.all([getLeaderboardHealth(store), getOutboxBacklog(store)]);
    const nowMs = Date.now();
    const text = renderMetrics([...describeLeaderboard(health, nowMs), ...describeOutbox(backlog, nowMs)]);
    return new Response(text, { headers: { 'content-type': metricsMediaType, 'cache-control': 'no-store' } });
  } catch (error) {
    logFailure('the metrics could not be read', error);
    return Response.json({ error: 'the metrics could not be read' }, { status: 503 });
  }
}

export default { fetch };
