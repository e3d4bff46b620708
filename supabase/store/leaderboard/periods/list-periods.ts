import { z } from 'zod';
import type { BoardPeriod } from '#domain/leaderboard/standing.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { periodStateSchema } from '../reads/board-page-schema.ts';

export const boardPeriodSchema = z.object({
  period_id: z.number().int(),
  name: z.string().nullable(),
  starts_at: z.string().nullable(),
  ends_at: z.string().nullable(),
  state: periodStateSchema,
  player_count: z.number().int(),
}) satisfies z.ZodType<BoardPeriod>;

export const periodPageSchema = z.object({
  periods: z.array(boardPeriodSchema),
  next_cursor: z.string().nullable(),
});

export type PeriodPage = z.output<typeof periodPageSchema>;

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
