import type { z } from 'zod';
import { type Outcome, type Refusal, RefusalError } from '#domain/platform/refusal.ts';

/** The part of a response of supabase-js that the store looks at. */
export interface StoreResponse {
  data: unknown;
  error: { code?: string; message: string; details?: string | null; hint?: string | null } | null;
  /** HTTP status; 0 when there was no answer. */
  status?: number;
}

/** No answer, or one that says that whoever should answer is not there. */
const awayStatuses = [0, 502, 503, 504];

/** A fault of the database or the way to it: nothing a person did. The response's error is the cause. */
export class StoreError extends Error {
  readonly code: string;
  /** The database cannot be reached now: the same request makes sense again in a moment. */
  readonly isAway: boolean;

  constructor(cause: NonNullable<StoreResponse['error']>, status = 500) {
    super(`The database failed: ${cause.message}`, { cause });
    this.name = 'StoreError';
    this.code = cause.code ?? '';
    this.isAway = awayStatuses.includes(status);
  }
}

function readRefusal(error: NonNullable<StoreResponse['error']>): Refusal | null {
  const status = /^DS(\d{3})$/.exec(error.code ?? '')?.[1];
  if (!status) return null;
  const refusal = {
    code: error.details || 'refused',
    message: error.message,
    action: error.hint ?? '',
    status: Number(status),
  };
  const retryAfterSeconds = refusal.code === 'rate_limited' ? readWait(refusal.action) : null;
  return retryAfterSeconds === null ? refusal : { ...refusal, retryAfterSeconds };
}

/** The wait in the one sentence that the database writes for it (platform.describe_wait). */
function readWait(sentence: string): number | null {
  const [, amount, unit] = /^Try again in (\d+) (second|minute)s?\.$/.exec(sentence) ?? [];
  return amount === undefined ? null : Number(amount) * (unit === 'minute' ? 60 : 1);
}

/**
 * The outcome of a command: its parsed value, or the refusal (SQLSTATE DS…) that the database answered with.
 * Throws a StoreError on any other error, and a ZodError on an answer that is not as promised.
 */
export function toOutcome<Schema extends z.ZodType>(
  response: StoreResponse,
  schema: Schema,
): Outcome<z.output<Schema>> {
  if (!response.error) return { ok: true, value: schema.parse(response.data) };
  const refusal = readRefusal(response.error);
  if (refusal) return { ok: false, refusal };
  throw new StoreError(response.error, response.status);
}

/** The parsed value of a read. Throws a RefusalError when the database refused it, and as toOutcome does. */
export function toValue<Schema extends z.ZodType>(response: StoreResponse, schema: Schema): z.output<Schema> {
  const outcome = toOutcome(response, schema);
  if (!outcome.ok) throw new RefusalError(outcome.refusal);
  return outcome.value;
}
