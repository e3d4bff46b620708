import { boardPageSchema } from '#domain/leaderboard/board-page-schema.ts';
import type { BoardPage } from '#domain/leaderboard/standing.ts';
import { RefusalError } from '#domain/platform/refusal.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

/**
 * Rows of a board from a position on, exactly as published at a past moment (ISO 8601), without movement.
 * Null if that moment is no longer kept. Refused: board_not_found, period_not_found.
 */
export async function getBoardAt(
  client: StoreClient,
  args: { board: string; at: string; max_rows?: number; period_id?: number | null; from_position?: number },
): Promise<BoardPage | null> {
  const outcome = toOutcome(await client.rpc('get_board_at', args), boardPageSchema);
  if (outcome.ok) return outcome.value;
  if (outcome.refusal.code === 'moment_not_kept') return null;
  throw new RefusalError(outcome.refusal);
}
