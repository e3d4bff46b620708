import type { z } from 'zod';
import { RefusalError } from '#domain/refusal.ts';
import { type StoreResponse, toOutcome } from '../outcome.ts';

/**
 * The parsed value of a read, or null when what was asked for does not exist (status 404).
 * Throws a RefusalError for any other refusal, and as toOutcome does.
 */
export function readIfFound<Schema extends z.ZodType>(
  response: StoreResponse,
  schema: Schema,
): z.output<Schema> | null {
  const outcome = toOutcome(response, schema);
  if (outcome.ok) return outcome.value;
  if (outcome.refusal.status === 404) return null;
  throw new RefusalError(outcome.refusal);
}
