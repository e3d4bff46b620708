import type { MovementWindow } from '#domain/leaderboard/vocabulary.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { explanationSchema, type MovementExplanation } from './movement-explanation-schema.ts';

/**
 * Why a player moved: their own events since then, who overtook them and whom they overtook. Null if not on
 * the board or not visible to the caller. Refused: board_not_found.
 * @param args.since a window or an ISO 8601 time
 */
export async function explainMovement(
  client: StoreClient,
  args: { board: string; player_id: string; since?: MovementWindow | string; max_rows?: number },
): Promise<MovementExplanation | null> {
  return toValue(await client.rpc('explain_movement', args), explanationSchema.nullable());
}
