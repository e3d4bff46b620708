import { expect, vi } from 'vitest';
import type { TestDatabase } from '#dev/tests/test-database.ts';

/** Resolves once exactly one session of the database waits for a lock. */
export const waitForLock = (database: TestDatabase): Promise<void> =>
  vi.waitFor(async () => {
    const [waiting] = await database.admin<{ row_count: number }[]>`
      select count(*)::int as row_count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    expect(waiting?.row_count).toBe(1);
  });
