import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { RestError, unauthorized } from '../rules/rest-error.ts';
import { findProblems, requireValid } from '../rules/schema-check.ts';
import type { Sandbox } from '../state/sandbox.ts';
import type { Fault } from './faults.ts';
import { type Allowance, createRateLimits, DEFAULT_BUCKET, toRateLimitHeaders } from './rate-limits.ts';
import { readBody } from './read-body.ts';
import {
  type Answer,
  type Call,
  type Caller,
  createMatcher,
  type MatchedRoute,
  type Route,
} from './route.ts';

type Headers = Record<string, string>;

function identify(sandbox: Sandbox, request: IncomingMessage): Caller {
  const { world } = sandbox;
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  if (scheme === undefined || scheme === '') return { kind: 'nobody' };
  if (scheme === 'Bot' && token === world.credentials.bot_token) {
    const user = world.users.get(world.credentials.application_id);
    if (user) return { kind: 'bot', user };
  }
  const grant = scheme === 'Bearer' && token ? world.grants.get(token) : undefined;
  const user = grant && world.users.get(grant.user_id);
  if (grant && user && grant.expires_at_ms > world.clock.now()) return { kind: 'person', user, grant };
  throw unauthorized();
}

function requireCaller(auth: Route['auth'], caller: Caller): void {
  if (auth === 'none' || auth === 'token') return;
  const isAllowed = auth === 'any' ? caller.kind !== 'nobody' : caller.kind === auth;
  if (!isAllowed) throw unauthorized();
}

function readReason(request: IncomingMessage): string | null {
  const header = request.headers['x-audit-log-reason'];
  if (typeof header !== 'string') return null;
  const reason = decodeURIComponent(header);
  if (reason.length >= 1 && reason.length <= 512) return reason;
  throw new RestError(400, 50035, 'Invalid Form Body', {
    _errors: [{ code: 'BASE_TYPE_BAD_LENGTH', message: 'Must be between 1 and 512 in length.' }],
  });
}

function majorOf({ params }: MatchedRoute): string {
  const names = ['guild_id', 'channel_id', 'webhook_id', 'webhook_token', 'application_id'];
  return names.map((name) => params.get(name) ?? '').join(':');
}

function send(response: ServerResponse, answer: Answer, headers: Headers): void {
  // An empty answer must not claim to be JSON: clients would try to parse it.
  if (answer.body === undefined) {
    response.writeHead(answer.status, headers).end();
    return;
  }
  response.writeHead(answer.status, { ...headers, 'content-type': 'application/json' });
  response.end(JSON.stringify(answer.body));
}

function tooManyRequests(
  seconds: number,
  scope: 'user' | 'shared' | 'global',
  headers: Headers,
): [Answer, Headers] {
  const message = scope === 'shared' ? 'The resource is being rate limited.' : 'You are being rate limited.';
  const body = { message, retry_after: seconds, global: scope === 'global', code: 0 };
  const extra: Headers = { 'retry-after': String(Math.ceil(seconds)), 'x-ratelimit-scope': scope };
  if (scope === 'global') extra['x-ratelimit-global'] = 'true';
  return [
    { status: 429, body },
    { ...headers, ...extra, 'x-ratelimit-remaining': '0' },
  ];
}

/** Plays a fault instead of the answer; false when the request goes on. */
function playFault(fault: Fault, response: ServerResponse, headers: Headers): boolean {
  const seconds = fault.retry_after_seconds;
  switch (fault.kind) {
    case 'rate_limit_user':
    case 'rate_limit_shared':
    case 'rate_limit_global': {
      const scope = fault.kind.slice('rate_limit_'.length);
      const known = scope === 'shared' ? 'shared' : scope === 'global' ? 'global' : 'user';
      const after = { ...headers, 'x-ratelimit-reset-after': String(seconds) };
      send(response, ...tooManyRequests(seconds, known, after));
      return true;
    }
    case 'rate_limit_html':
      response.writeHead(429, {
        'content-type': 'text/html',
        'retry-after': String(Math.ceil(seconds)),
        via: '1.1 google',
      });
      response.end('<html><body>error code: 1015</body></html>');
      return true;
    case 'server_error':
      send(response, { status: 500, body: { message: 'Internal Server Error', code: 0 } }, headers);
      return true;
    case 'bad_gateway':
      response
        .writeHead(502, { 'content-type': 'text/html' })
        .end('<html><body>502 Bad Gateway</body></html>');
      return true;
    case 'connection_reset':
      response.destroy();
      return true;
    default:
      return false;
  }
}

async function runRoute(
  sandbox: Sandbox,
  matched: MatchedRoute,
  request: IncomingMessage,
  url: URL,
): Promise<Answer> {
  const { route, params } = matched;
  const caller =
    route.auth === 'token' || route.auth === 'none'
      ? { kind: 'nobody' as const }
      : identify(sandbox, request);
  requireCaller(route.auth, caller);
  const { body, uploads } = await readBody(request);
  if (route.accepts) requireValid(route.accepts, body ?? {});
  const call: Call = {
    sandbox,
    caller,
    param(name) {
      const value = params.get(name);
      if (value === undefined) throw new Error(`Route ${route.path} has no segment ${name}`);
      return value;
    },
    query: url.searchParams,
    body: body ?? {},
    uploads,
    reason: readReason(request),
  };
  const answer = await route.handle(call);
  const problems =
    route.gives && answer.status < 300 && answer.body !== undefined
      ? findProblems(route.gives, answer.body)
      : [];
  if (problems.length > 0) {
    throw new Error(
      `Answer to ${route.method} ${route.path} breaks Discord's schema: ${JSON.stringify(problems)}`,
    );
  }
  return answer;
}

/** Serves `/api` and `/api/v10`: routing, authentication, limits, faults, and Discord's error format. */
export function createRestFront(sandbox: Sandbox, routes: readonly Route[]) {
  const { world, faults } = sandbox;
  const match = createMatcher(routes);
  const limits = createRateLimits(world.clock.now);

  function refuse(error: unknown, where: string): Answer {
    if (error instanceof RestError) return { status: error.status, body: error.toBody() };
    world.hub.warn(
      'defect',
      `${where} failed inside the sandbox: ${error instanceof Error ? error.message : error}`,
    );
    return { status: 500, body: { message: 'Sandbox defect, see its event log', code: 0 } };
  }

  async function answerRoute(
    matched: MatchedRoute,
    request: IncomingMessage,
    url: URL,
    where: string,
  ): Promise<Answer> {
    try {
      return await runRoute(sandbox, matched, request, url);
    } catch (error) {
      return refuse(error, where);
    }
  }

  /** `path` is the part after the version, decoded. */
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    url: URL,
  ): Promise<void> => {
    const method = request.method ?? 'GET';
    const where = `${method} ${path}`;
    const log = (status: number, detail: unknown): void => {
      if (status === 401 || status === 403 || status === 429) faults.countInvalidRequest();
      const summary = `${method} ${path.replace(/[A-Za-z0-9_-]{40,}/, '…')} → ${status}`;
      world.hub.note('rest', summary, status >= 400 ? { answer: detail } : {});
    };
    const matched = match(method, path);
    if (!matched) {
      world.hub.warn('unknown-route', `${where} is not something this sandbox knows: answered 501`);
      send(
        response,
        { status: 501, body: { message: `The sandbox does not implement ${where}`, code: 0 } },
        {},
      );
      return;
    }
    const allowance: Allowance = limits.take({
      method,
      route: matched.route.path,
      major: majorOf(matched),
      bucket: matched.route.bucket ?? DEFAULT_BUCKET,
      isExempt: matched.route.auth === 'token' || matched.route.auth === 'none',
    });
    const headers = toRateLimitHeaders(allowance, method, matched.route.path);
    if (allowance.retryAfterMs > 0) {
      log(429, { scope: allowance.isGlobal ? 'global' : 'user' });
      send(
        response,
        ...tooManyRequests(allowance.retryAfterMs / 1000, allowance.isGlobal ? 'global' : 'user', headers),
      );
      return;
    }
    const hits = faults.takeForRequest(method, path);
    for (const fault of hits) if (fault.kind === 'latency') await delay(fault.delay_ms);
    if (hits.some((fault) => fault.kind === 'not_applied')) {
      world.hub.warn('fault', `${where} answered as if done, nothing was done`);
      send(response, { status: 204 }, headers);
      return;
    }
    const played = hits.find((fault) => playFault(fault, response, headers));
    if (played) {
      log(played.kind.startsWith('rate_limit') ? 429 : 500, { fault: played.kind });
      return;
    }
    const answer = await answerRoute(matched, request, url, where);
    log(answer.status, answer.body);
    send(response, answer, headers);
  };
}
