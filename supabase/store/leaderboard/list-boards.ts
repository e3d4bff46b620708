import { z } from 'zod';
import type { BoardSummary } from '#domain/ranking/standing.ts';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { boardKindSchema } from './board-page-schema.ts';

export const boardSummariesSchema = z.array(
  z.object({
    slug: z.string(),
    name: z.string(),
    kind: boardKindSchema,
    time_zone: z.string(),
    awards_tiers: z.boolean(),
    player_count: z.number().int(),
    periods: z.array(
      z.object({
        period_id: z.number().int(),
        name: z.string().nullable(),
        starts_at: z.string().nullable(),
        ends_at: z.string().nullable(),
        is_closed: z.boolean(),
        player_count: z.number().int(),
      }),
    ),
  }),
) satisfies z.ZodType<BoardSummary[]>;

/** All active boards in the order they were made, each with its latest 100 periods, newest first. */
export async function listBoards(client: StoreClient): Promise<BoardSummary[]> {
  return toValue(await client.rpc('list_boards'), boardSummariesSchema);
}
