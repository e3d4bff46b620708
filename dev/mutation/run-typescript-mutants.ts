import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Position } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';
import { chooseMutants, type MutantChoice, type MutationResult } from './choose-mutants.ts';
import { describeTypescriptMutant, listTypescriptMutants } from './list-typescript-mutants.ts';

/** The results of a run count lines and columns from one, unlike everything before. */
const countFromZero = ({ line, column }: Position): Position => ({ line: line - 1, column: column - 1 });

/** Applies the chosen Stryker mutants to the files and runs the unit tests that reach each. */
export async function runTypescriptMutants(
  files: readonly string[],
  choice: MutantChoice,
  print: (line: string) => void,
): Promise<MutationResult> {
  const all = await listTypescriptMutants(files);
  const chosen = chooseMutants(all, ({ key }) => key, choice);
  print(`${chosen.length} of ${all.length} faults in TypeScript`);
  if (chosen.length === 0) return { killedCount: 0, survivors: [] };
  const chosenFile = path.resolve('.local/mutants-chosen.json');
  mkdirSync(path.dirname(chosenFile), { recursive: true });
  writeFileSync(chosenFile, JSON.stringify(chosen.map(({ key }) => key)));
  process.env.MUTANTS_CHOSEN_FILE = chosenFile;
  const stryker = new Stryker({
    mutate: [...files],
    plugins: ['@stryker-mutator/vitest-runner', path.join(import.meta.dirname, 'sample-checker.ts')],
    checkers: ['sample'],
    testRunner: 'vitest',
    vitest: { configFile: 'dev/mutation/vitest.config.ts' },
    // A timeout on a loaded machine does not mean that the fault was noticed.
    timeoutMS: 20_000,
    coverageAnalysis: 'perTest',
    reporters: ['progress'],
    concurrency: 2,
    tempDirName: '.local/mutation',
    ignorePatterns: ['web', 'docs', 'features', 'bench', 'reports'],
  });
  const mutants = await stryker.runMutationTest();
  const isMissed = (status: string): boolean => status === 'Survived' || status === 'NoCoverage';
  const keys = new Set(chosen.map(({ key }) => key));
  const tried = mutants
    .map((mutant) => ({
      status: mutant.status,
      ...describeTypescriptMutant(path.relative(process.cwd(), mutant.fileName), {
        ...mutant,
        location: { start: countFromZero(mutant.location.start), end: countFromZero(mutant.location.end) },
      }),
    }))
    .filter(({ key }) => keys.has(key));
  if (tried.length !== chosen.length)
    throw new Error(`Stryker knows ${tried.length} of the ${chosen.length} chosen.`);
  return {
    killedCount: tried.filter(({ status }) => status === 'Killed' || status === 'Timeout').length,
    survivors: tried.filter(({ status }) => isMissed(status)).map(({ place, change }) => ({ place, change })),
  };
}
