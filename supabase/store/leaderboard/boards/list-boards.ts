import { z } from 'zod';
import { boardSummarySchema } from '#domain/leaderboard/board-page-schema.ts';
import type { BoardSummary } from '#domain/leaderboard/standing.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

/** All active boards in order of creation, each with its latest 12 started periods, newest first. */
export async function listBoards(client: StoreClient): Promise<BoardSummary[]> {
  return toValue(await client.rpc('list_boards'), z.array(boardSummarySchema));
}
