import { z } from 'zod';

export const boardVerificationSchema = z.object({
  board: z.string(),
  /** All verified periods are as they were sealed and follow each other. */
  is_intact: z.boolean(),
  period_count: z.number().int(),
  /** Number of verified rows. */
  checked: z.number().int(),
  broken_periods: z.array(
    z.object({
      period_id: z.number().int(),
      is_seal_intact: z.boolean(),
      first_broken_position: z.number().int().nullable(),
    }),
  ),
  /**
   * Stored elsewhere, it later proves that the chain up to here was not rewritten. Null without periods, or
   * if the last seal was removed.
   */
  last_archive_hash: z.string().nullable(),
  /** Pass as `after_period_id` to continue; null at the end. */
  next_after_period_id: z.number().int().nullable(),
});

export type BoardVerification = z.output<typeof boardVerificationSchema>;
