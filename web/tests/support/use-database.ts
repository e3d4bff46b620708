import postgres from 'postgres';
import { inject } from 'vitest';

/**
 * Lends a connection of the operator: to let happen at once what would come by the clock. The schedule waits meanwhile: a
 * run of its own may have begun before what is to be published, and lets no other one begin.
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
