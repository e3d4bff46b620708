import type { BoardPage, MovementWindow } from '#domain/ranking/standing.ts';
import type { StoreClient } from '../store-client.ts';
import { boardPageSchema } from './board-page-schema.ts';
import { readIfFound } from './read-if-found.ts';

/**
 * A page of a board: from the top, after a cursor, or from a position on; of the current or any other period.
 * Null when there is no such board or period.
 */
export async function getBoardPage(
  client: StoreClient,
  args: {
    board: string;
    limit?: number;
    cursor?: string | null;
    from_position?: number | null;
    period_id?: number | null;
    movement?: MovementWindow;
  },
): Promise<BoardPage | null> {
  const { limit, ...rest } = args;
  return readIfFound(await client.rpc('get_board_page', { ...rest, max_rows: limit }), boardPageSchema);
}
