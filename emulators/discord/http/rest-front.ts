import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Sandbox } from '../state/sandbox.ts';
import { playFault } from './play-fault.ts';
import { type Allowance, createRateLimits, defaultBucket, toRateLimitHeaders } from './rate-limits.ts';
import { createMatcher, type MatchedRoute, type Route } from './route.ts';
import { runRoute } from './run-route.ts';
import { type AnswerHeaders, sendAnswer, sendTooManyRequests } from './send-answer.ts';

/** One request. `path` is the decoded part after the version. */
interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  path: string;
  url: URL;
}

/** Refusals that count towards a ban, like every 429 except for shared resources. */
const countedStatuses = [401, 403];
const majorParameters = ['guild_id', 'channel_id', 'webhook_id', 'webhook_token', 'application_id'];

function majorOf({ params }: MatchedRoute): string {
  return majorParameters.map((name) => params.get(name) ?? '').join(':');
}

function logAnswer(sandbox: Sandbox, { method, path }: Exchange, status: number, detail: unknown): void {
  // Tokens in paths are long and unreadable.
  const summary = `${method} ${path.replace(/[A-Za-z0-9_-]{40,}/, '…')} → ${status}`;
  sandbox.world.hub.note('rest', summary, status >= 400 ? { answer: detail } : {});
}

/** Applies the planned failures; true if one of them was the response. */
async function playFaults(sandbox: Sandbox, exchange: Exchange, headers: AnswerHeaders): Promise<boolean> {
  const hits = sandbox.faults.takeForRequest(exchange.method, exchange.path);
  for (const fault of hits) if (fault.kind === 'latency') await delay(fault.delay_ms);
  for (const fault of hits) {
    const status = playFault(fault, exchange.response, headers);
    if (status === null) continue;
    logAnswer(sandbox, exchange, status, { planned: fault.kind });
    if (status === 429 && fault.kind !== 'rate_limit_shared') sandbox.faults.countInvalidRequest();
    return true;
  }
  return false;
}

function refuseUnknown(sandbox: Sandbox, { method, path, response }: Exchange): void {
  const where = `${method} ${path}`;
  sandbox.world.hub.warn('unknown-route', `${where} is not something this sandbox knows: answered 501`);
  const body = { message: `The sandbox does not implement ${where}`, code: 0 };
  sendAnswer(response, { status: 501, body }, {});
}

/** Serves `/api` and `/api/v10`: routing, rate limits, planned failures, then the route itself. */
export function createRestFront(sandbox: Sandbox, routes: readonly Route[]) {
  const match = createMatcher(routes);
  const limits = createRateLimits(sandbox.world.clock.now);

  return async (exchange: Exchange): Promise<void> => {
    const { method, path, response } = exchange;
    const matched = match(method, path);
    if (!matched) {
      refuseUnknown(sandbox, exchange);
      return;
    }
    const { route } = matched;
    const allowance: Allowance = limits.take({
      method,
      route: route.path,
      major: majorOf(matched),
      bucket: route.bucket ?? defaultBucket,
      isExempt: route.auth === 'token' || route.auth === 'none',
    });
    const headers = toRateLimitHeaders(allowance, method, route.path);
    if (allowance.retryAfterMs > 0) {
      const scope = allowance.isGlobal ? 'global' : 'user';
      logAnswer(sandbox, exchange, 429, { scope });
      sandbox.faults.countInvalidRequest();
      sendTooManyRequests(response, allowance.retryAfterMs / 1000, scope, headers);
      return;
    }
    if (await playFaults(sandbox, exchange, headers)) return;
    const answer = await runRoute(sandbox, matched, exchange.request, exchange.url);
    logAnswer(sandbox, exchange, answer.status, answer.body);
    if (countedStatuses.includes(answer.status)) sandbox.faults.countInvalidRequest();
    sendAnswer(response, answer, headers);
  };
}
