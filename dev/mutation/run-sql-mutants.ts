import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { makeTemporaryDirectory } from '#emulators/process/temporary-directory.ts';
import { withMigratedDatabase } from '../database/migrated-database.ts';
import type { MutationArea } from './areas.ts';
import { listSqlMutants, type SqlMutant } from './list-sql-mutants.ts';

/** What became of the mutants of an area. */
export interface MutationResult {
  killedCount: number;
  survivors: { place: string; change: string }[];
}

type SqlArea = NonNullable<MutationArea['sql']>;

/** Much of a run is waiting: for servers that start, and for locks. */
const mutantsAtATime = 2;

/** The same choice for the same seed, spread over all places: ordered by a hash of each mutant. */
function chooseMutants(mutants: readonly SqlMutant[], count: number, seed: string): SqlMutant[] {
  const order = (mutant: SqlMutant): string =>
    createHash('sha256').update(`${seed}\n${mutant.place}\n${mutant.change}\n${mutant.sql}`).digest('hex');
  return [...mutants].sort((a, b) => order(a).localeCompare(order(b))).slice(0, count);
}

/** Keeps those that the database takes: the others are no faults that anybody could make. */
async function listValidMutants(databaseUrl: string, area: SqlArea): Promise<SqlMutant[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  const valid: SqlMutant[] = [];
  try {
    for (const mutant of await listSqlMutants(sql, area)) {
      const isTaken = await sql
        .begin(async (transaction) => {
          await transaction.unsafe(mutant.sql);
          await transaction`rollback`;
          return true;
        })
        .catch(() => false);
      if (isTaken) valid.push(mutant);
    }
  } finally {
    await sql.end();
  }
  return valid;
}

/** Whether the tests of the area pass; with a file of SQL, on a database that it changed. */
async function passTests(area: SqlArea, mutantFile: string | null): Promise<boolean> {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'integration', '--bail', '1'];
  if (mutantFile) vitest.push('--maxWorkers', '1');
  const child = spawn(process.execPath, [...vitest, ...area.tests], {
    stdio: 'ignore',
    env: { ...process.env, ...(mutantFile ? { LOCAL_TEST_MUTANT: mutantFile } : {}) },
  });
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0));
  });
}

/** Makes `count` faults in the database of an area, each in a copy of its own, and runs the tests on each. */
export async function runSqlMutants(
  area: SqlArea,
  { count, seed, print }: { count: number; seed: string; print: (line: string) => void },
): Promise<MutationResult> {
  const all = await withMigratedDatabase((url) => listValidMutants(url, area));
  const chosen = chooseMutants(all, count, seed);
  print(`${chosen.length} of ${all.length} faults in SQL, seed ${seed}`);
  if (!(await passTests(area, null))) throw new Error('The tests fail without any fault: mend them first.');
  const directory = makeTemporaryDirectory('dealscale-mutants-');
  const result: MutationResult = { killedCount: 0, survivors: [] };
  const waiting = chosen.entries();
  const work = async (): Promise<void> => {
    for (const [index, { place, change, sql }] of waiting) {
      const file = path.join(directory, `mutant-${index}.sql`);
      writeFileSync(file, sql);
      if (await passTests(area, file)) {
        result.survivors.push({ place, change });
        print(`survived: ${place}: ${change}`);
      } else {
        result.killedCount += 1;
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: mutantsAtATime }, work));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return result;
}
