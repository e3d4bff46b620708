import type { Transaction } from './database.ts';

const retentionMs = 7 * 24 * 3_600_000;

/** Deletes runs and events that are more than a week old, and expired keys. */
export async function removeExpired({ sql, nowMs }: Transaction): Promise<void> {
  const before = new Date(nowMs - retentionMs);
  await sql`delete from runs where ended_at < ${before}`;
  await sql`
    delete from events where received_at < ${before}
      and not exists (select from debounces where debounces.event_id = events.internal_id)
      and not exists (select from batches where events.internal_id = any(batches.event_ids))
      and not exists (select from jobs where jobs.key = 'route:' || events.internal_id)`;
  await sql`delete from claimed_keys where expires_at < ${new Date(nowMs)}`;
  await sql`delete from rate_states where arrival_ms < ${nowMs}`;
}
