import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { type PeriodPage, periodPageSchema } from './period-page-schema.ts';

/**
 * Periods of a board, planned seasons included, newest first; an inactive board lists closed periods only.
 * `cursor` takes the `next_cursor` of the previous page. Refused: board_not_found, invalid_limit,
 * invalid_cursor.
 */
export async function listPeriods(
  client: StoreClient,
  args: { board: string; max_rows?: number; cursor?: string },
): Promise<PeriodPage> {
  return toValue(await client.rpc('list_periods', args), periodPageSchema);
}
