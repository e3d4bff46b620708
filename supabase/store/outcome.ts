import type { z } from 'zod';
import { type Outcome, type Refusal, RefusalError } from '#domain/platform/refusal.ts';

/** The part of a supabase-js response that the store uses. */
export interface StoreResponse {
  data: unknown;
  error: { code?: string; message: string; details?: string | null; hint?: string | null } | null;
  /** HTTP status; 0 when there was no answer. */
  status?: number;
}

/** No answer, or one that states that the backend is unavailable. */
const awayStatuses = [0, 502, 503, 504];

/** A fault of the database or the connection, not of the caller. The response's error is the cause. */
export class StoreError extends Error {
  readonly code: string;
  /** The database is unavailable; the same request may succeed in a moment. */
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
 * The outcome of a command: its parsed value, or the database's refusal (SQLSTATE DS…). Throws a StoreError
 * on any other error, and a ZodError if the answer has an unexpected shape.
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

/**
 * The parsed value of a read. Throws a RefusalError if the database refused it, and otherwise like toOutcome.
 */
export function toValue<Schema extends z.ZodType>(response: StoreResponse, schema: Schema): z.output<Schema> {
  const outcome = toOutcome(response, schema);
  if (!outcome.ok) throw new RefusalError(outcome.refusal);
  return outcome.value;
}
