/** Why a command was refused: words for the person, and a stable code. */
export interface Refusal {
  /** Stable reason, for example `request_already_decided`. */
  code: string;
  /** What happened, as a sentence. */
  message: string;
  /** What to do about it, as a sentence; may be empty. */
  action: string;
  /** The matching HTTP status: 400, 401, 403, 404, 409, 410 or 429. */
  status: number;
  /** For `rate_limited`: seconds to wait. */
  retryAfterSeconds?: number;
}

/** The result of a command that may be refused. Refusals are expected; faults are thrown. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

/** A refusal where no outcome can be returned, for example in a read. */
export class RefusalError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.name = 'RefusalError';
    this.refusal = refusal;
  }
}
