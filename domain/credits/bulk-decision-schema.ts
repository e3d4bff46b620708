import { z } from 'zod';
import { creditRequestSchema } from './credit-request-schema.ts';
import { bulkModes, bulkOutcomes, creditTypes, decisions } from './vocabulary.ts';

const count = z.number().int().min(0);

/** A refusal of one request, as the database stores it. */
export const itemRefusalSchema = z.object({
  status: z.number().int(),
  code: z.string(),
  message: z.string(),
  action: z.string(),
});

/** What a bulk decision did, or would do, with one request. */
export const bulkResultSchema = z.object({
  request_id: z.string(),
  /** Whether the decision counts. */
  ok: z.boolean(),
  outcome: z.enum(bulkOutcomes),
  is_skipped: z.boolean(),
  /** As it is now; in a preview, as it was before the decision. Null if there is no such request. */
  request: creditRequestSchema.nullable(),
  refusal: itemRefusalSchema.nullable(),
  /** Whether the payment was taken back. */
  is_undone: z.boolean(),
  /** Why an undo could not take it back. */
  undo_refusal: itemRefusalSchema.nullable(),
});

export const bulkTotalsSchema = z.object({
  approved: count,
  rejected: count,
  first_approved: count,
  refused: count,
  skipped: count,
  /** The credits that were paid. */
  amounts: z.record(z.enum(creditTypes), count),
});

/** A bulk decision or its preview, with a result for each request, in the order they were sent. */
export const bulkDecisionSchema = z.object({
  /** Null for a preview. */
  bulk_id: z.string().nullable(),
  decision: z.enum(decisions),
  mode: z.enum(bulkModes),
  is_preview: z.boolean(),
  /** When the undo ends; null for a preview. */
  undo_until: z.string().nullable(),
  undone_at: z.string().nullable(),
  results: z.array(bulkResultSchema),
  totals: bulkTotalsSchema,
});
