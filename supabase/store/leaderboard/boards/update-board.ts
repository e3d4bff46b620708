import { z } from 'zod';
import type { LatePolicy } from '#domain/leaderboard/vocabulary.ts';
import type { Outcome } from '#domain/platform/refusal.ts';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { type CreatedBoard, createdBoardSchema } from './created-board-schema.ts';

const updatedBoardSchema = createdBoardSchema.extend({ replayed: z.boolean().optional() });

/**
 * Updates the given fields of a board, active or not; metrics and period length cannot change. An inactive
 * board is frozen and only serves its archives. Once per idempotency key; `replayed` if it was already
 * applied. For admins.
 */
export async function updateBoard(
  client: StoreClient,
  args: {
    board: string;
    name?: string;
    is_active?: boolean;
    late_policy?: LatePolicy;
    /** An interval as Postgres reads it, such as "15 minutes". */
    close_grace?: string;
    title_hold_refreshes?: number;
    announces_ranks?: boolean;
    rank_news_top?: number;
    rank_news_min_places?: number;
    awards_tiers?: boolean;
    acting_player_id?: string;
    source?: Source;
    idempotency_key?: string;
  },
): Promise<Outcome<CreatedBoard & { replayed?: boolean }>> {
  return toOutcome(await client.rpc('update_board', args), updatedBoardSchema);
}
