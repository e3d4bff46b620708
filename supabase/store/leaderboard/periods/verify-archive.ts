import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { type ArchiveVerification, archiveVerificationSchema } from './archive-verification-schema.ts';

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
