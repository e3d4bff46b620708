import postgres from 'postgres';
import { inject } from 'vitest';

/** Lends a connection of the operator: to let happen at once what would come by the clock. */
export async function useDatabase<Result>(work: (sql: postgres.Sql) => Promise<Result>): Promise<Result> {
  const sql = postgres(inject('stack').superuserUrl, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}
