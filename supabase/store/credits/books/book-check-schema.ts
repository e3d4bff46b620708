import { z } from 'zod';

/** A check of the whole ledger. */
export const bookCheckSchema = z.object({
  id: z.number().int(),
  checked_at: z.string(),
  duration_ms: z.number().int(),
  transfer_count: z.number().int(),
  entry_count: z.number().int(),
  account_count: z.number().int(),
  problem_count: z.number().int(),
  /** The first hundred. */
  problems: z.array(
    z.object({
      rule: z.string(),
      subject: z.string().nullable(),
      expected: z.string().nullable(),
      found: z.string().nullable(),
    }),
  ),
  /** Null for the nightly check. */
  requested_by_name: z.string().nullable(),
});
