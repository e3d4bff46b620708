import { boardPageSchema } from '#domain/leaderboard/board-page-schema.ts';
import type { BoardPage } from '#domain/leaderboard/standing.ts';
import type { MovementWindow } from '#domain/leaderboard/vocabulary.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

/**
 * A page of a board: from the top, after a cursor, or from a position on; of the current period or another.
 * Refused: board_not_found, period_not_found, invalid_cursor.
 */
export async function getBoardPage(
  client: StoreClient,
  args: {
    board: string;
    max_rows?: number;
    cursor?: string | null;
    from_position?: number | null;
    period_id?: number | null;
    movement?: MovementWindow;
  },
): Promise<BoardPage> {
  return toValue(await client.rpc('get_board_page', args), boardPageSchema);
}
