import { API } from '@discordjs/core/http-only';
import {
  DiscordAPIError,
  HTTPError,
  type InternalRequest,
  type RateLimitData,
  RateLimitError,
  REST,
  RESTEvents,
  type RESTOptions,
} from '@discordjs/rest';
import { DiscordError, DiscordRateLimitError, DiscordUnreachableError } from './discord-error.ts';

interface Options {
  /** Without version, e.g. https://discord.com/api */
  apiUrl: string;
  token: string;
  fetch?: typeof fetch;
  /** Refused requests in ten minutes after which nothing more is sent (Discord blocks the address at 10,000). */
  refusedCountMax?: number;
}

const timeoutMs = 5_000;
/** One call with its place in the queue and all its waits; a step that takes longer is better tried again. */
const callMsMax = 30_000;
/** The longest wait for a limit inside one call. A step that has to wait longer ends, and the engine waits for it. */
const waitMsMax = 10_000;

const toWaitMs = ({ timeToReset, retryAfter, sublimitTimeout }: Omit<RateLimitData, 'limit'>): number =>
  Math.max(timeToReset, retryAfter, sublimitTimeout);

/** Names a request in errors and logs. Tokens of interactions are credentials. */
function nameRoute({ method, fullRoute }: InternalRequest): string {
  return `${method} ${fullRoute.replace(/(webhooks|interactions)\/(\d+)\/[^/?]+/, '$1/$2/***')}`;
}

/** What the library threw, without the address and body that it keeps: they hold tokens and what people wrote. */
function toDiscordError(route: string, error: unknown): DiscordError {
  if (error instanceof RateLimitError) return new DiscordRateLimitError(route, toWaitMs(error));
  if (error instanceof DiscordAPIError) {
    const code = typeof error.code === 'number' ? error.code : 0;
    return new DiscordError(route, error.status, code, error.message);
  }
  if (error instanceof HTTPError) return new DiscordError(route, error.status, 0, error.message);
  return new DiscordUnreachableError(route, error);
}

/** The library limits only the time until the headers arrive; here the body counts as well. */
function createSender(send: typeof fetch): RESTOptions['makeRequest'] {
  return async (url, { method = 'GET', headers, body, signal }) => {
    const response = await send(url, {
      method,
      headers: Object.entries({ ...headers }).map(([name, value]): [string, string] => [name, String(value)]),
      body: typeof body === 'string' ? body : null,
      signal: signal ?? null,
    });
    const { status, statusText, ok } = response;
    const received = new Headers(response.headers);
    // Without this header the library would ask again at once, over and over.
    if (status === 429 && !received.has('retry-after')) received.set('retry-after', '1');
    const read = new Response(await response.arrayBuffer());
    return {
      ...{ status, statusText, ok, headers: received, body: null, bodyUsed: true },
      arrayBuffer: () => read.arrayBuffer(),
      json: () => read.json(),
      text: () => read.text(),
    };
  };
}

/** The library's client with three additions: one kind of error, a brake, and a token that survives a 401. */
class DiscordRest extends REST {
  #haltedUntilMs = 0;

  constructor({ apiUrl, token, fetch: send = fetch, refusedCountMax = 2_000 }: Options) {
    super({
      api: apiUrl,
      timeout: timeoutMs,
      // The library would retry at once, without a pause. The caller knows better when to retry.
      retries: 0,
      rejectOnRateLimit: (limit) => toWaitMs(limit) > waitMsMax,
      invalidRequestWarningInterval: 1,
      makeRequest: createSender(send),
    });
    this.setToken(token);
    this.on(RESTEvents.InvalidRequestWarning, ({ count, remainingTime }) => {
      if (count >= refusedCountMax) this.#haltedUntilMs = Date.now() + remainingTime;
    });
  }

  /** After a 401 the library forgets its token for good, so one wrong answer from Discord would silence the process. */
  override setToken(token: string | null): this {
    return token === null ? this : super.setToken(token);
  }

  override async request(options: InternalRequest): Promise<unknown> {
    const route = nameRoute(options);
    const haltMs = this.#haltedUntilMs - Date.now();
    if (haltMs > 0) throw new DiscordRateLimitError(route, haltMs);
    try {
      return await super.request({ ...options, signal: AbortSignal.timeout(callMsMax) });
    } catch (error) {
      throw toDiscordError(route, error);
    }
  }
}

/**
 * Discord's API for Node processes. Requests of one bucket go out one after another and wait when the headers say
 * so; longer waits, refusals and outages throw DiscordError or a subclass of it. One per process: a second would
 * know nothing of the limits that the first has used up. Edge functions do without: the library would double
 * their cold start.
 */
export function createDiscordApi(options: Options): API {
  return new API(new DiscordRest(options));
}
