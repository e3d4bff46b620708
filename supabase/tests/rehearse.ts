import type { TestDatabase } from '#dev/tests/test-database.ts';
import type { Transaction } from './personas.ts';

/** Runs statements at one moment (in a transaction `now()` stands still) and rolls them back. */
export async function rehearse(
  database: TestDatabase,
  work: (sql: Transaction) => Promise<void>,
): Promise<void> {
  await database.sql.begin(async (sql) => {
    await work(sql);
    await sql`rollback`;
  });
}
