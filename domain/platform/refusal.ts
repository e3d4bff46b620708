/** Why something was not done, in words for the person and with a code that never changes. */
export interface Refusal {
  /** Stable reason, for example `request_already_decided`. */
  code: string;
  /** What happened, as a sentence. */
  message: string;
  /** What to do about it, as a sentence; may be empty. */
  action: string;
  /** The HTTP status that says the same: 400, 401, 403, 404, 409, 410 or 429. */
  status: number;
  /** For `rate_limited`: how long to wait. */
  retryAfterSeconds?: number;
}

/** The result of a command that may be refused. A refusal is expected; a fault is thrown. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

/** A refusal where no outcome can be returned, such as from a read. */
export class RefusalError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.name = 'RefusalError';
    this.refusal = refusal;
  }
}
