import { z } from 'zod';
import { type BoardKind, type LatePolicy, latePolicies } from '#domain/leaderboard/vocabulary.ts';
import type { Outcome } from '#domain/platform/refusal.ts';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { boardKindSchema } from '../reads/board-page-schema.ts';

export const createdBoardSchema = z.object({
  slug: z.string(),
  name: z.string(),
  kind: boardKindSchema,
  metrics: z.array(z.string()).nullable(),
  time_zone: z.string(),
  awards_tiers: z.boolean(),
  announces_ranks: z.boolean(),
  rank_news_top: z.number().int(),
  rank_news_min_places: z.number().int(),
  late_policy: z.enum(latePolicies),
  /** An interval as Postgres prints it. */
  close_grace: z.string(),
  title_hold_refreshes: z.number().int(),
  is_active: z.boolean(),
});

export type CreatedBoard = z.output<typeof createdBoardSchema>;

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
