// `npm run mutate -- <area> [--count N] [--seed TEXT] [--language sql|typescript]`: puts small faults into the
// code one at a time and counts how many the tests notice. Ends with 1 when fewer than 90 of 100 are.
// `--survivors` tries those of the last run again.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { mutationAreas } from './areas.ts';
import type { MutationResult } from './choose-mutants.ts';
import { runSqlMutants } from './run-sql-mutants.ts';
import { runTypescriptMutants } from './run-typescript-mutants.ts';

const noticedShareMin = 0.9;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    survivors: { type: 'boolean', default: false },
    language: { type: 'string' },
  },
});
const name = positionals[0] ?? '';
const area = mutationAreas[name];
if (!area) {
  console.error(`Name an area: ${Object.keys(mutationAreas).join(', ')}.`);
  process.exit(1);
}

const reportFile = `reports/mutation/${name}.json`;
const reportSchema = z.object({
  seed: z.string(),
  madeCount: z.number(),
  survivors: z.array(z.object({ place: z.string(), change: z.string() })),
});
const lastReport =
  values.survivors && existsSync(reportFile)
    ? reportSchema.parse(JSON.parse(readFileSync(reportFile, 'utf8')))
    : null;
const choice = {
  count: z.coerce.number().int().min(1).parse(values.count),
  seed: lastReport?.seed ?? values.seed,
  only: lastReport?.survivors ?? null,
};

const results: MutationResult[] = [];
// The survivors of the last run are in both languages.
const isAsked = (language: string): boolean =>
  lastReport !== null || (values.language ?? language) === language;
if (area.sql && isAsked('sql')) results.push(await runSqlMutants(area.sql, choice, console.log));
if (area.typescript && isAsked('typescript'))
  results.push(await runTypescriptMutants(area.typescript, choice, console.log));

const survivors = results.flatMap((result) => result.survivors);
const triedCount = results.reduce((sum, result) => sum + result.killedCount, survivors.length);
const madeCount = lastReport?.madeCount ?? triedCount;
const killedCount = madeCount - survivors.length;
mkdirSync('reports/mutation', { recursive: true });
writeFileSync(
  reportFile,
  `${JSON.stringify({ seed: choice.seed, madeCount, killedCount, survivors }, null, 2)}\n`,
);
console.log(`\n${killedCount} of ${madeCount} faults of ${name} noticed, seed ${choice.seed}. Not noticed:`);
for (const { place, change } of survivors) console.log(`  ${place}: ${change}`);
process.exitCode = killedCount >= madeCount * noticedShareMin ? 0 : 1;
