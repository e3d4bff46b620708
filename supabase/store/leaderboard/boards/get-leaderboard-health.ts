import { z } from 'zod';
import { periodStates } from '#domain/leaderboard/vocabulary.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

const count = z.number().int();

/** Unknown fields are accepted, so the database can be migrated before this code. */
const run = z.looseObject({
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  run_count: count,
  /** Duration of the last finished run; `duration_ms_total` sums all of them. */
  duration_ms: z.number().nullable(),
  duration_ms_total: z.number(),
  /** Runs that took longer than the 30 seconds between runs. */
  overrun_count: count,
  /** Runs that returned at once because another one was active. */
  skipped_count: count,
  /** Closes postponed to the next run because senders or a refresh did not release their locks in time. */
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
      /** When a refresh last verified the published version. */
      checked_at: z.string(),
      player_count: count,
      ends_at: z.string().nullable(),
      /** When its grace ends. */
      closes_at: z.string().nullable(),
      /** It should have closed more than five minutes ago. */
      is_overdue: z.boolean(),
      last_refresh_ms: z.number().nullable(),
      skipped_count: count,
      /** Failed refreshes and closes of the period. */
      failed_count: count,
      last_failed_at: z.string().nullable(),
      overrun_count: count,
      /** When the oldest unpublished event arrived; null if there is none. */
      waits_since: z.string().nullable(),
    }),
  ),
});

export type ScheduledRun = z.output<typeof run>;
export type LeaderboardHealth = z.output<typeof health>;

/** Health of the scheduled refreshes and closes. For the service. */
export async function getLeaderboardHealth(client: StoreClient): Promise<LeaderboardHealth> {
  return toValue(await client.rpc('get_leaderboard_health'), health);
}
