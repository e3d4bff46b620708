import { z } from 'zod';
import type { BoardSummary } from '#domain/leaderboard/standing.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { boardPeriodSchema } from '../periods/list-periods.ts';
import { boardKindSchema } from '../reads/board-page-schema.ts';

export const boardSummariesSchema = z.array(
  z.object({
    slug: z.string(),
    name: z.string(),
    kind: boardKindSchema,
    time_zone: z.string(),
    awards_tiers: z.boolean(),
    player_count: z.number().int(),
    periods: z.array(boardPeriodSchema),
  }),
) satisfies z.ZodType<BoardSummary[]>;

/** All active boards in order of creation, each with its latest 12 started periods, newest first. */
export async function listBoards(client: StoreClient): Promise<BoardSummary[]> {
  return toValue(await client.rpc('list_boards'), boardSummariesSchema);
}
