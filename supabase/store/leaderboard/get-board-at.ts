import type { BoardPage } from '#domain/ranking/standing.ts';
import type { StoreClient } from '../store-client.ts';
import { boardPageSchema } from './board-page-schema.ts';
import { readIfFound } from './read-if-found.ts';

/**
 * Rows of a board from a position on exactly as published at a past moment (ISO 8601), without movement. Null when there
 * is no such board or that moment is no longer kept.
 */
export async function getBoardAt(
  client: StoreClient,
  args: { board: string; at: string; limit?: number; period_id?: number | null; from_position?: number },
): Promise<BoardPage | null> {
  const { limit, ...rest } = args;
  return readIfFound(await client.rpc('get_board_at', { ...rest, max_rows: limit }), boardPageSchema);
}
