import { z } from 'zod';
import { periodStates } from '#domain/leaderboard/vocabulary.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

const count = z.number().int();

/** A database that says more is understood, so that it can be migrated before what reads this. */
const run = z.looseObject({
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  run_count: count,
  /** Of the last finished run; of all of them in `duration_ms_total`. */
  duration_ms: z.number().nullable(),
  duration_ms_total: z.number(),
  /** Runs that took longer than the 30 seconds after which the next one is due. */
  overrun_count: count,
  /** Runs that left at once because another one was at it. */
  skipped_count: count,
  /** Closes put off to the next run because senders or a refresh did not let go in time. */
  busy_count: count,
  failed_count: count,
  last_error: z.string().nullable(),
});

const health = z.looseObject({
  /** The scheduled refreshes. */
  run,
  /** The scheduled closes, archives and purges. */
  closing: run,
  boards: z.array(
    z.looseObject({
      board: z.string(),
      period_id: count,
      state: z.enum(periodStates).extract(['open', 'closing']),
      version: count,
      as_of: z.string(),
      /** When a refresh last saw that what is published is right. */
      checked_at: z.string(),
      player_count: count,
      ends_at: z.string().nullable(),
      /** When its grace is over too. */
      closes_at: z.string().nullable(),
      /** It should have closed more than five minutes ago. */
      is_overdue: z.boolean(),
      last_refresh_ms: z.number().nullable(),
      skipped_count: count,
      /** Refreshes and closes of the period that failed. */
      failed_count: count,
      last_failed_at: z.string().nullable(),
      overrun_count: count,
      /** When the oldest event came in that is not yet on the board; null when all are. */
      waits_since: z.string().nullable(),
    }),
  ),
});

export type ScheduledRun = z.output<typeof run>;
export type LeaderboardHealth = z.output<typeof health>;

/** How the scheduled refreshes and closes do. For the service. */
export async function getLeaderboardHealth(client: StoreClient): Promise<LeaderboardHealth> {
  return toValue(await client.rpc('get_leaderboard_health'), health);
}
