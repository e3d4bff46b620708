import type { Outcome } from '#domain/platform/refusal.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { type BoardVerification, boardVerificationSchema } from './board-verification-schema.ts';

/**
 * Recomputes every seal of a board's closed periods, oldest first. The cost grows with their number of
 * players.
 */
export async function verifyBoard(
  client: StoreClient,
  args: { board: string; after_period_id?: number; max_periods?: number },
): Promise<Outcome<BoardVerification>> {
  return toOutcome(await client.rpc('verify_board', args), boardVerificationSchema);
}
