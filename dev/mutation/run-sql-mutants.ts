import postgres from 'postgres';
import { withMigratedDatabase } from '../database/database-server.ts';
import type { MutationArea } from './areas.ts';
import { chooseMutants, type MutantChoice, type MutationResult } from './choose-mutants.ts';
import { listSqlMutants, type SqlMutant } from './list-sql-mutants.ts';
import { openMutableTemplate } from './mutable-template.ts';
import { openDatabaseTests } from './open-database-tests.ts';

type SqlArea = NonNullable<MutationArea['sql']>;

/** Keeps the mutants that the database accepts; the others could never be deployed. */
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

/** Applies the chosen faults to an area's database, one at a time, and runs the tests on each. */
export async function runSqlMutants(
  area: SqlArea,
  choice: MutantChoice,
  print: (line: string) => void,
): Promise<MutationResult> {
  const all = await withMigratedDatabase((url) => listValidMutants(url, area));
  const chosen = chooseMutants(all, ({ place, change, sql }) => `${place}\n${change}\n${sql}`, choice);
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
