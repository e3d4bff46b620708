import postgres from 'postgres';
import { waitUntil } from './wait-until.ts';

/**
 * Starts a refresh of the boards and stops it midway: everything is counted and ranked, nothing is committed,
 * and the first event it wants to write has to wait. Resolves at that point with a function that lets it
 * continue.
 */
export async function holdRefresh(superuserUrl: string): Promise<() => Promise<void>> {
  const open = () => postgres(superuserUrl, { max: 1, onnotice: () => {}, connect_timeout: 5 });
  const [holder, refresher, observer] = [open(), open(), open()];
  const held = await holder.reserve();
  await held`begin`;
  await held`lock table platform.outbox in share mode`;
  // After any scheduled refresh in progress, because this one would skip otherwise.
  const refreshing = refresher`select pg_advisory_lock(hashtextextended('leaderboard/refresh', 0))`
    .then(() => refresher`call leaderboard.refresh_due_boards()`)
    .catch(() => {});
  await waitUntil('a refresh stands still', async () => {
    const waiting = await observer`
      select from pg_locks join pg_stat_activity as activity using (pid)
      where pg_locks.relation = 'platform.outbox'::regclass and not pg_locks.granted
        and activity.query like '%refresh_due_boards%'`;
    return waiting.length > 0;
  });
  return async () => {
    await Promise.all([holder, observer].map((sql) => sql.end({ timeout: 0 })));
    await refreshing;
    await refresher.end({ timeout: 0 });
  };
}
