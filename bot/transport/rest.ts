import { z } from 'zod';
import { DiscordError, DiscordRateLimitError, DiscordUnreachableError } from './discord-error.ts';
import { RateLimitLedger, toBucketKey } from './rate-limit-ledger.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface DiscordRequest {
  body?: unknown;
  /** Shown in the guild's audit log. */
  reason?: string;
  /** False for interaction tokens, which are their own credential. */
  authenticated?: boolean;
}

export interface DiscordRest {
  /**
   * Sends one request. Returns the parsed JSON, or null for a 204. Throws DiscordError and its subclasses.
   */
  request(method: HttpMethod, path: string, request?: DiscordRequest): Promise<unknown>;
}

export interface DiscordRestOptions {
  /** Without version, e.g. https://discord.com/api */
  apiUrl: string;
  token: string;
  fetch?: typeof fetch;
  clock?: { now(): number; sleep(delayMs: number): Promise<void> };
  timeoutMs?: number;
  /** Longest wait for a rate limit inside one call; longer ones throw DiscordRateLimitError. */
  waitMsMax?: number;
  /** After this many refused requests in ten minutes, nothing more is sent (Discord blocks at 10,000). */
  refusedCountMax?: number;
}

const systemClock = {
  now: () => Date.now(),
  sleep: (delayMs: number) => new Promise<void>((resolve) => setTimeout(resolve, delayMs)),
};
const rateLimitBody = z.object({ retry_after: z.number(), global: z.boolean().default(false) });
const errorBody = z.object({ message: z.string().default(''), code: z.number().default(0) });
const attemptCountMax = 3;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * A small Discord REST client over fetch, for Deno and Node. Requests of one bucket are sent in sequence and
 * wait if the headers require it. A 429 is retried after its wait; other refusals (4xx) are not.
 */
export function createDiscordRest(options: DiscordRestOptions): DiscordRest {
  const { apiUrl, token, timeoutMs = 5_000, waitMsMax = 10_000, refusedCountMax = 2_000 } = options;
  const send = options.fetch ?? fetch;
  const clock = options.clock ?? systemClock;
  const ledger = new RateLimitLedger();
  const queues = new Map<string, Promise<unknown>>();

  async function waitForTurn(route: string, delayMs: number): Promise<void> {
    if (delayMs > waitMsMax) throw new DiscordRateLimitError(route, delayMs);
    if (delayMs > 0) await clock.sleep(delayMs);
  }

  function toInit(method: HttpMethod, { body, reason, authenticated = true }: DiscordRequest): RequestInit {
    const headers = new Headers({ 'user-agent': 'DiscordBot (https://dealscale.io, 1.0)' });
    if (authenticated) headers.set('authorization', `Bot ${token}`);
    if (reason) headers.set('x-audit-log-reason', encodeURIComponent(reason).slice(0, 512));
    if (body !== undefined) headers.set('content-type', 'application/json');
    const json = body === undefined ? undefined : JSON.stringify(body);
    return { method, headers, body: json, signal: AbortSignal.timeout(timeoutMs) };
  }

  async function attempt(method: HttpMethod, path: string, request: DiscordRequest) {
    const route = `${method} ${path.replace(/(webhooks|interactions)\/(\d+)\/[^/?]+/, '$1/$2/***')}`;
    try {
      const response = await send(`${apiUrl}/v10${path}`, toInit(method, request));
      return { route, response, text: await response.text() };
    } catch (cause) {
      throw new DiscordUnreachableError(route, cause);
    }
  }

  async function perform(method: HttpMethod, path: string, request: DiscordRequest): Promise<unknown> {
    const bucketKey = toBucketKey(method, path);
    for (let attemptCount = 1; ; attemptCount += 1) {
      if (ledger.refusedCount(clock.now()) >= refusedCountMax) {
        throw new DiscordRateLimitError(`${method} ${path.split('/')[1]}`, 600_000);
      }
      await waitForTurn(`${method} ${path.split('/')[1]}`, ledger.delayMs(bucketKey, clock.now()));
      const { route, response, text } = await attempt(method, path, request);
      ledger.observe(bucketKey, response.headers, clock.now());
      if (response.ok) return response.status === 204 || text === '' ? null : parseJson(text);
      if ([401, 403, 429].includes(response.status)) ledger.countRefused(clock.now());
      if (response.status !== 429) {
        const error = errorBody.safeParse(parseJson(text));
        const { code, message } = error.success ? error.data : { code: 0, message: 'no details given' };
        throw new DiscordError(route, response.status, code, message);
      }
      const limit = rateLimitBody.safeParse(parseJson(text));
      const headerMs = Number(response.headers.get('retry-after') ?? '1') * 1000;
      const waitMs = limit.success ? Math.ceil(limit.data.retry_after * 1000) : headerMs;
      ledger.block(bucketKey, waitMs, limit.success && limit.data.global, clock.now());
      if (attemptCount >= attemptCountMax) throw new DiscordRateLimitError(route, waitMs);
    }
  }

  return {
    request(method, path, request = {}) {
      const bucketKey = toBucketKey(method, path);
      const previous = queues.get(bucketKey) ?? Promise.resolve();
      const current = previous.catch(() => undefined).then(() => perform(method, path, request));
      queues.set(bucketKey, current);
      const forget = () => {
        if (queues.get(bucketKey) === current) queues.delete(bucketKey);
      };
      current.then(forget, forget);
      return current;
    },
  };
}
