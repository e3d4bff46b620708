/** Discord answered a request with an error. `code` is Discord's own number (0 when it sent none). */
export class DiscordError extends Error {
  readonly status: number;
  readonly code: number;
  readonly route: string;

  constructor(route: string, status: number, code: number, message: string, options?: ErrorOptions) {
    super(`${route}: ${status} ${code} ${message}`, options);
    this.name = 'DiscordError';
    this.status = status;
    this.code = code;
    this.route = route;
  }
}

/** Discord asks for a longer wait than the caller accepts. */
export class DiscordRateLimitError extends DiscordError {
  readonly retryAfterMs: number;

  constructor(route: string, retryAfterMs: number) {
    super(route, 429, 0, `rate limited for ${retryAfterMs} ms`);
    this.name = 'DiscordRateLimitError';
    this.retryAfterMs = retryAfterMs;
  }
}

/** Discord could not be reached or did not answer in time. */
export class DiscordUnreachableError extends DiscordError {
  constructor(route: string, cause: unknown) {
    super(route, 0, 0, 'Discord did not answer', { cause });
    this.name = 'DiscordUnreachableError';
  }
}
