// Runs the jobs of cron.job: each in a separate session as its owner, one run of a job at a time. Missed runs
// (the worker was down, or the last run took long) are merged into one.
import postgres from 'postgres';
import { findNextRun } from './cron-schedule.ts';

/**
 * Type fetching is disabled, because the server may die meanwhile and the unhandled rejection would end the
 * worker.
 */
export const sessionOptions = { onnotice: () => {}, fetch_types: false };

interface Job {
  jobid: string;
  schedule: string;
  command: string;
  username: string;
  last_start: Date | null;
}

/** Starts running jobs; the returned function stops it and resolves when no job is running any more. */
export function startCronRunner(options: {
  superuserUrl: string;
  sql: postgres.Sql;
  tickMs: number;
  onError: (error: unknown) => void;
}): () => Promise<void> {
  const { superuserUrl, sql } = options;
  const startedAt = new Date();
  const running = new Map<string, Promise<void>>();
  let isStopped = false;
  let isTicking = false;

  const tick = async (): Promise<void> => {
    for (const job of await loadJobs(sql)) {
      if (isStopped || running.has(job.jobid)) continue;
      const due = findNextRun(job.schedule, job.last_start ?? startedAt);
      if (due === null || due.getTime() > Date.now()) continue;
      const run = runJob(superuserUrl, sql, job)
        .catch(options.onError)
        .finally(() => running.delete(job.jobid));
      running.set(job.jobid, run);
    }
  };
  const timer = setInterval(() => {
    if (isTicking) return;
    isTicking = true;
    tick()
      .catch(options.onError)
      .finally(() => {
        isTicking = false;
      });
  }, options.tickMs);

  return async () => {
    isStopped = true;
    clearInterval(timer);
    await Promise.all(running.values());
  };
}

/** Closes the runs that an earlier worker or server could not finish. */
export async function closeInterruptedRuns(sql: postgres.Sql): Promise<void> {
  if (!(await isInstalled(sql))) return;
  await sql`
    update cron.job_run_details
    set status = 'failed', return_message = 'worker restarted', end_time = clock_timestamp()
    where status in ('starting', 'running')`;
}

async function isInstalled(sql: postgres.Sql): Promise<boolean> {
  const [row] = await sql`select to_regclass('cron.job') is not null as is_installed`;
  return row?.is_installed === true;
}

async function loadJobs(sql: postgres.Sql): Promise<Job[]> {
  if (!(await isInstalled(sql))) return [];
  return await sql<Job[]>`
    select job.jobid, job.schedule, job.command, job.username, last_run.start_time as last_start
    from cron.job
    left join lateral (
      select start_time from cron.job_run_details as run
      where run.jobid = job.jobid order by runid desc limit 1
    ) as last_run on true
    where job.active and job.database = current_database()`;
}

async function runJob(superuserUrl: string, sql: postgres.Sql, job: Job): Promise<void> {
  const session = postgres(superuserUrl, {
    ...sessionOptions,
    max: 1,
    connection: { application_name: 'pg_cron' },
  });
  try {
    // A killed worker's session may still be running the job for a moment.
    const [lock] = await session`
      select pg_try_advisory_lock(hashtext('cron.job'), ${job.jobid}::bigint::int) as is_free, pg_backend_pid() as pid`;
    if (lock?.is_free !== true) return;
    const [run] = await sql<{ runid: string }[]>`
      insert into cron.job_run_details (jobid, job_pid, database, username, command, status, start_time)
      values (${job.jobid}, ${lock.pid}, current_database(), ${job.username}, ${job.command}, 'running',
        clock_timestamp())
      returning runid`;
    const { status, message } = await runCommand(session, job);
    await sql`
      update cron.job_run_details
      set status = ${status}, return_message = ${message}, end_time = clock_timestamp()
      where runid = ${run?.runid ?? null}`;
  } finally {
    await session.end({ timeout: 1 });
  }
}

async function runCommand(session: postgres.Sql, job: Job): Promise<{ status: string; message: string }> {
  try {
    await session`set session authorization ${session(job.username)}`;
    const result = await session.unsafe(job.command).simple();
    const last = Array.isArray(result[0]) ? result.at(-1) : result;
    return { status: 'succeeded', message: describeResult(last) };
  } catch (error) {
    return { status: 'failed', message: `ERROR: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function describeResult(result: unknown): string {
  if (typeof result !== 'object' || result === null || !('command' in result) || !('count' in result))
    return '';
  return `${result.command} ${result.count ?? ''}`.trim();
}
