import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

export const archiveVerificationSchema = z.object({
  /** All rows and the seal are unchanged. */
  is_intact: z.boolean(),
  /** Number of verified rows. */
  checked: z.number().int(),
  first_broken_position: z.number().int().nullable(),
  is_seal_intact: z.boolean(),
  /** Null if the seal was removed. */
  archive_hash: z.string().nullable(),
});

export type ArchiveVerification = z.output<typeof archiveVerificationSchema>;

/**
 * Recomputes every seal of a closed period; null for a period that is not closed. The cost grows with the
 * number of players.
 */
export async function verifyArchive(
  client: StoreClient,
  args: { period_id: number },
): Promise<ArchiveVerification | null> {
  return toValue(await client.rpc('verify_archive', args), archiveVerificationSchema.nullable());
}
