import { z } from 'zod';
import { boardKinds, latePolicies, periodStates, tiers } from '#domain/leaderboard/vocabulary.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

const boardSettings = z.object({
  slug: z.string(),
  name: z.string(),
  kind: z.enum(boardKinds),
  /** The metrics that count; null means all. */
  metrics: z.array(z.string()).nullable(),
  time_zone: z.string(),
  awards_tiers: z.boolean(),
  announces_ranks: z.boolean(),
  rank_news_top: z.int(),
  rank_news_min_places: z.int(),
  late_policy: z.enum(latePolicies),
  /** How long a period accepts events after its end. */
  close_grace_minutes: z.int(),
  title_hold_refreshes: z.int(),
  is_active: z.boolean(),
  created_at: z.string(),
  /** The current period, or the last one; null before the first. */
  period: z
    .object({
      id: z.int(),
      state: z.enum(periodStates),
      version: z.int(),
      as_of: z.string(),
      player_count: z.int(),
      starts_at: z.string().nullable(),
      ends_at: z.string().nullable(),
      last_refresh_ms: z.number().nullable(),
      overrun_count: z.int(),
      failed_count: z.int(),
    })
    .nullable(),
  titles: z.array(
    z.object({ tier: z.enum(tiers), since: z.string(), username: z.string(), display_name: z.string() }),
  ),
});

/** A board as those who run it see it. */
export type BoardSettings = z.output<typeof boardSettings>;

/** Every board with its settings, frozen ones included, in order of creation. Refused: manager_only. */
export async function listBoardSettings(client: StoreClient): Promise<BoardSettings[]> {
  return toValue(await client.rpc('list_board_settings'), z.array(boardSettings));
}
