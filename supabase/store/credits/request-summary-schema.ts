import { z } from 'zod';
import { creditTypes } from '#domain/credits/vocabulary.ts';

const count = z.number().int();

/** What waits for a decision, as the approvals channel shows it. */
export const requestSummarySchema = z.object({
  /** The message that shows it; null if there is none. */
  message_id: z.string().nullable(),
  waiting_count: count,
  /** Only the types of which a request waits; `amount` is what they would pay. */
  types: z.array(z.object({ credit_type: z.enum(creditTypes), waiting_count: count, amount: count })),
  oldest_at: z.string().nullable(),
  next_expiry_at: z.string().nullable(),
  /** Those that expire within 24 hours. */
  expiring_count: count,
});

export type RequestSummary = z.output<typeof requestSummarySchema>;
