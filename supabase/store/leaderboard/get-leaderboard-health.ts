import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const count = z.number().int();

/** What the schedule says about its last run; a database that says more, or not yet as much, is understood. */
const run = z.looseObject({
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  run_count: count,
  skipped_count: count,
  failed_count: count,
  last_error: z.string().nullable(),
  duration_ms: z.number().nullish(),
  /** Runs that took longer than the time until the next one. */
  overrun_count: count.optional(),
  /** Closes that were put off to the next run. */
  busy_count: count.optional(),
});

const boardHealth = z.looseObject({
  board: z.string(),
  period_id: count,
  state: z.string(),
  version: count,
  as_of: z.string(),
  player_count: count,
  last_refresh_ms: z.number().nullable(),
  skipped_count: count,
  overrun_count: count,
  /** The period should have been closed for a while. */
  is_overdue: z.boolean().optional(),
  /** When the oldest event came in that is not yet on the board; null when all are. */
  waits_since: z.string().nullable(),
});

const health = z.looseObject({
  run,
  /** Of the closes of periods, where they run on their own. */
  closing: run.nullish(),
  boards: z.array(boardHealth),
});

export type ScheduledRun = z.output<typeof run>;
export type LeaderboardHealth = z.output<typeof health>;

/** How the scheduled refreshes do. For the service. */
export async function getLeaderboardHealth(client: StoreClient): Promise<LeaderboardHealth> {
  return toValue(await client.rpc('get_leaderboard_health'), health);
}
