import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const health = z.object({
  run: z.object({
    started_at: z.string().nullable(),
    finished_at: z.string().nullable(),
    run_count: z.number().int(),
    skipped_count: z.number().int(),
    failed_count: z.number().int(),
    last_error: z.string().nullable(),
  }),
  boards: z.array(
    z.object({
      board: z.string(),
      period_id: z.number().int(),
      state: z.enum(['open', 'closing']),
      version: z.number().int(),
      as_of: z.string(),
      player_count: z.number().int(),
      last_refresh_ms: z.number().nullable(),
      skipped_count: z.number().int(),
      overrun_count: z.number().int(),
      /** When the oldest event came in that is not yet on the board; null when all are. */
      waits_since: z.string().nullable(),
    }),
  ),
});

export type LeaderboardHealth = z.output<typeof health>;

/** How the scheduled refreshes do. For the service. */
export async function getLeaderboardHealth(client: StoreClient): Promise<LeaderboardHealth> {
  return toValue(await client.rpc('get_leaderboard_health'), health);
}
