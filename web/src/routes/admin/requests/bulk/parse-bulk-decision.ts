import * as z from 'zod/mini';
import { bulkModes, bulkOutcomes, creditTypes, decisions } from '#domain/credits/vocabulary.ts';

const refusal = z.nullable(z.object({ code: z.string(), message: z.string(), action: z.string() }));

/** What the page shows of a bulk decision; light enough for a browser. */
const answer = z.object({
  /** For the decision that follows a preview. */
  key: z.string(),
  bulk: z.object({
    bulk_id: z.nullable(z.string()),
    decision: z.enum(decisions),
    mode: z.enum(bulkModes),
    is_preview: z.boolean(),
    undo_until: z.nullable(z.string()),
    undone_at: z.nullable(z.string()),
    results: z.array(
      z.object({
        request_id: z.string(),
        outcome: z.enum(bulkOutcomes),
        refusal,
        is_undone: z.boolean(),
        undo_refusal: refusal,
        request: z.nullable(
          z.object({ display_name: z.string(), amount: z.number(), credit_type: z.enum(creditTypes) }),
        ),
      }),
    ),
    totals: z.object({
      approved: z.number(),
      rejected: z.number(),
      first_approved: z.number(),
      refused: z.number(),
      skipped: z.number(),
      amounts: z.record(z.string(), z.number()),
    }),
  }),
});

export type BulkAnswer = z.infer<typeof answer>;
export type ShownBulk = BulkAnswer['bulk'];

/** Parses the answer of a bulk form; null if it is none. */
export function parseBulkAnswer(value: unknown): BulkAnswer | null {
  return answer.safeParse(value).data ?? null;
}
