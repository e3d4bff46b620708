import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { type BoardStatistics, boardStatisticsSchema } from './board-statistics-schema.ts';

/** Statistics of a board's current period. Refused: board_not_found. */
export async function getBoardStatistics(
  client: StoreClient,
  args: { board: string },
): Promise<BoardStatistics> {
  return toValue(await client.rpc('get_board_statistics', args), boardStatisticsSchema);
}
