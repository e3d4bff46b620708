import { z } from 'zod';
import type { Outcome } from '#domain/platform/refusal.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

export const boardVerificationSchema = z.object({
  board: z.string(),
  /** All periods looked at are as they were sealed, and follow each other. */
  is_intact: z.boolean(),
  period_count: z.number().int(),
  /** Rows looked at. */
  checked: z.number().int(),
  broken_periods: z.array(
    z.object({
      period_id: z.number().int(),
      is_seal_intact: z.boolean(),
      first_broken_position: z.number().int().nullable(),
    }),
  ),
  /**
   * Kept elsewhere, it shows later whether the whole chain up to here was rewritten. Null without periods, or when
   * somebody removed the last seal.
   */
  last_archive_hash: z.string().nullable(),
  /** Pass as `after_period_id` to go on; null at the end. */
  next_after_period_id: z.number().int().nullable(),
});

export type BoardVerification = z.output<typeof boardVerificationSchema>;

/** Recomputes every seal of the closed periods of a board, oldest first. Cost grows with all their players. */
export async function verifyBoard(
  client: StoreClient,
  args: { board: string; after_period_id?: number; max_periods?: number },
): Promise<Outcome<BoardVerification>> {
  return toOutcome(await client.rpc('verify_board', args), boardVerificationSchema);
}
