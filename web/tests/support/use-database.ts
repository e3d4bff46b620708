import postgres from 'postgres';
import { inject } from 'vitest';

/**
 * Lends an operator connection, to trigger at once what the schedule would do. The schedule pauses meanwhile,
 * because one of its runs may have started before the change and would block another.
 */
export async function useDatabase<Result>(work: (sql: postgres.Sql) => Promise<Result>): Promise<Result> {
  const sql = postgres(inject('stack').superuserUrl, { max: 1, onnotice: () => {} });
  try {
    await sql`
      select pg_advisory_lock(hashtextextended('leaderboard/' || job, 0)) from unnest(array['refresh', 'close']) as job`;
    return await work(sql);
  } finally {
    await sql.end();
  }
}
