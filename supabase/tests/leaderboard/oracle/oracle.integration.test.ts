import fc from 'fast-check';
import { afterAll, beforeAll, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { histories } from './history.ts';
import { createOracleArena } from './oracle-arena.ts';
import { OracleRun } from './oracle-run.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

// More runs: ORACLE_RUNS=200. Repeat a failure: ORACLE_SEED and ORACLE_PATH, as printed.
const { ORACLE_RUNS, ORACLE_SEED, ORACLE_PATH } = process.env;

const leafSizes = fc.constantFrom(2, 3, 8, 256);
const titleHolds = fc.constantFrom(0, 1, 3);

it.each(['next_period', 'refuse'] as const)(
  'matches a plain query after any history (late events: %s)',
  async (latePolicy) => {
    await fc.assert(
      fc.asyncProperty(histories, leafSizes, titleHolds, async (steps, leafMax, titleHold) => {
        const arena = await createOracleArena(database.sql, { latePolicy, leafMax, titleHold });
        try {
          await new OracleRun(arena, latePolicy).play(steps);
        } finally {
          // Boards of earlier runs must not affect the events of later ones.
          await database.sql`update public.boards set is_active = false where id = ${arena.boardId}`;
        }
      }),
      {
        numRuns: Number(ORACLE_RUNS ?? 10),
        ...(ORACLE_SEED === undefined ? {} : { seed: Number(ORACLE_SEED) }),
        ...(ORACLE_PATH === undefined ? {} : { path: ORACLE_PATH }),
        // Also ends the search for a smaller failing history, which is reported as far as it got.
        interruptAfterTimeLimit: 60_000 + 3_000 * Number(ORACLE_RUNS ?? 0),
      },
    );
  },
  3_600_000,
);
