import postgres from 'postgres';

/** The result of one round of a worker: whether there is more to do. */
export type Round = 'again' | 'done';

const killedCodes = new Set([
  '57P01',
  '57014',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'ECONNRESET',
  'EPIPE',
]);

/**
 * Runs rounds on a separate connection until one reports that it is done. If the connection is killed or its
 * work cancelled, the round is restarted on a new connection; any other error, including a deadlock, ends the
 * worker with that error.
 */
export async function startWorker(
  url: string,
  name: string,
  work: (sql: postgres.Sql) => Promise<Round>,
): Promise<{ killedCount: number }> {
  let killedCount = 0;
  for (;;) {
    // The driver may leave a query pending forever if its connection was closed while it was sent.
    let noteClosed = () => {};
    const closed = new Promise<'closed'>((resolve) => {
      noteClosed = () => resolve('closed');
    });
    const sql = postgres(url, {
      max: 1,
      // Otherwise the driver would fetch types in the background, where nobody handles the kill.
      fetch_types: false,
      onnotice: () => {},
      onclose: () => noteClosed(),
      connection: { application_name: name },
    });
    try {
      for (;;) {
        const round = await Promise.race([work(sql), closed]);
        if (round === 'done') return { killedCount };
        if (round === 'closed') break;
      }
      killedCount += 1;
    } catch (error) {
      if (!isKilled(error)) throw new Error(`The worker ${name} failed.`, { cause: error });
      killedCount += 1;
    } finally {
      await sql.end({ timeout: 0 });
    }
  }
}

function isKilled(error: unknown): boolean {
  return error instanceof Error && 'code' in error && killedCodes.has(String(error.code));
}

/** Ends one worker's session in the middle of its work, or only cancels the work. */
export async function killOneWorker(sql: postgres.Sql): Promise<void> {
  await sql`
    select case when random() < 0.5 then pg_terminate_backend(pid) else pg_cancel_backend(pid) end from pg_stat_activity
    where datname = current_database() and state = 'active' and application_name like 'worker-%'
    order by random() limit 1`;
}

/** Resolves as soon as the session of this name waits for another one's lock. */
export async function waitUntilBlocked(sql: postgres.Sql, name: string): Promise<void> {
  for (;;) {
    const [row] = await sql`
      select count(pg_sleep(0.005)) > 0 as is_blocked from pg_stat_activity
      where datname = current_database() and application_name = ${name} and wait_event_type = 'Lock'`;
    if (row?.is_blocked) return;
  }
}

/** Resolves as soon as the session of this name waits for a lock of the transaction `sql`. */
export async function waitUntilBlockedBy(sql: postgres.TransactionSql, name: string): Promise<void> {
  for (;;) {
    const [row] = await sql`
      select count(pg_sleep(0.005)) > 0 as is_blocked from pg_stat_activity
      where datname = current_database() and application_name = ${name}
        and pg_blocking_pids(pid) @> array[pg_backend_pid()]`;
    if (row?.is_blocked) return;
  }
}
