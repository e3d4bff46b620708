import type { BoardKind, LatePolicy } from '#domain/leaderboard/vocabulary.ts';
import type { Outcome } from '#domain/platform/refusal.ts';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { type CreatedBoard, createdBoardSchema } from './created-board-schema.ts';

/** Creates a board and opens its current period; a season board waits for `planSeason`. For admins. */
export async function createBoard(
  client: StoreClient,
  args: {
    slug: string;
    name: string;
    kind: BoardKind;
    metrics?: readonly string[] | null;
    time_zone?: string;
    awards_tiers?: boolean;
    late_policy?: LatePolicy;
    close_grace?: string;
    announces_ranks?: boolean;
    rank_news_top?: number;
    rank_news_min_places?: number;
    title_hold_refreshes?: number;
    acting_player_id?: string;
    source?: Source;
  },
): Promise<Outcome<CreatedBoard>> {
  return toOutcome(await client.rpc('create_board', args), createdBoardSchema);
}
