import { createHash } from 'node:crypto';
import postgres from 'postgres';
import { withMigratedDatabase } from '../migrated-database.ts';
import type { MutationArea } from './areas.ts';
import { listSqlMutants, type SqlMutant } from './list-sql-mutants.ts';
import { openMutableTemplate } from './mutable-template.ts';
import { openDatabaseTests } from './open-database-tests.ts';

/** What became of the mutants of an area. */
export interface MutationResult {
  killedCount: number;
  survivors: { place: string; change: string }[];
}

/** Which mutants are tried: a random sample, or those of a list. */
export interface MutantChoice {
  count: number;
  seed: string;
  only: readonly { place: string; change: string }[] | null;
}

type SqlArea = NonNullable<MutationArea['sql']>;

/** The same choice for the same seed, spread over all places: ordered by a hash of each mutant. */
function chooseMutants(mutants: readonly SqlMutant[], { count, seed, only }: MutantChoice): SqlMutant[] {
  if (only) {
    return mutants.filter((mutant) =>
      only.some(({ place, change }) => place === mutant.place && change === mutant.change),
    );
  }
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

/** Puts the chosen faults into the database of an area, one at a time, and runs the tests on each. */
export async function runSqlMutants(
  area: SqlArea,
  choice: MutantChoice,
  print: (line: string) => void,
): Promise<MutationResult> {
  const all = await withMigratedDatabase((url) => listValidMutants(url, area));
  const chosen = chooseMutants(all, choice);
  print(`${chosen.length} of ${all.length} faults in SQL`);
  const result: MutationResult = { killedCount: 0, survivors: [] };
  const tests = await openDatabaseTests(area.tests);
  const template = await openMutableTemplate(tests.port);
  try {
    for (const { place, change, sql } of chosen) {
      await template.change(sql);
      const failure = await tests.findFailure(place);
      if (failure === null) result.survivors.push({ place, change });
      else result.killedCount += 1;
      print(
        failure === null ? `survived: ${place}: ${change}` : `noticed: ${place}: ${change}\n  by ${failure}`,
      );
    }
  } finally {
    await template.close();
    await tests.close();
  }
  return result;
}
