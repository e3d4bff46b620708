// `npm run mutate -- <area> [--count N] [--seed TEXT]`: puts small faults into the code one at a time and counts how many
// the tests notice. Ends with 1 when fewer than 90 of 100 are.
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { mutationAreas } from './areas.ts';
import { type MutationResult, runSqlMutants } from './run-sql-mutants.ts';
import { runTypescriptMutants } from './run-typescript-mutants.ts';

const noticedShareMin = 0.9;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string', default: '30' }, seed: { type: 'string', default: '1' } },
});
const count = z.coerce.number().int().min(1).parse(values.count);
const name = positionals[0] ?? '';
const area = mutationAreas[name];
if (!area) {
  console.error(`Say which area: ${Object.keys(mutationAreas).join(', ')}.`);
  process.exit(1);
}

const results: MutationResult[] = [];
if (area.sql) results.push(await runSqlMutants(area.sql, { count, seed: values.seed, print: console.log }));
if (area.typescript) results.push(await runTypescriptMutants(area.typescript));

const survivors = results.flatMap((result) => result.survivors);
const killedCount = results.reduce((sum, result) => sum + result.killedCount, 0);
const madeCount = killedCount + survivors.length;
mkdirSync('reports/mutation', { recursive: true });
writeFileSync(
  `reports/mutation/${name}.json`,
  `${JSON.stringify({ madeCount, killedCount, survivors }, null, 2)}\n`,
);
for (const { place, change } of survivors) console.log(`  ${place}: ${change}`);
console.log(`${name}: ${killedCount} of ${madeCount} faults noticed`);
process.exitCode = killedCount >= madeCount * noticedShareMin ? 0 : 1;
