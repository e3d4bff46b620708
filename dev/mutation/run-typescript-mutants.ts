import { Stryker } from '@stryker-mutator/core';
import type { MutationResult } from './run-sql-mutants.ts';

/** Makes every small fault that Stryker knows in the files, and runs the unit tests that reach each. */
export async function runTypescriptMutants(files: readonly string[]): Promise<MutationResult> {
  const stryker = new Stryker({
    mutate: [...files],
    plugins: ['@stryker-mutator/vitest-runner'],
    testRunner: 'vitest',
    vitest: { configFile: 'dev/mutation/vitest.config.ts' },
    coverageAnalysis: 'perTest',
    reporters: ['progress'],
    concurrency: 2,
    tempDirName: '.local/mutation',
    ignorePatterns: ['web', 'docs', 'features', 'bench', 'reports'],
  });
  const mutants = await stryker.runMutationTest();
  const isMissed = (status: string): boolean => status === 'Survived' || status === 'NoCoverage';
  return {
    killedCount: mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length,
    survivors: mutants
      .filter(({ status }) => isMissed(status))
      .map(({ fileName, location, mutatorName, replacement }) => ({
        place: `${fileName}:${location.start.line}`,
        change: `${mutatorName}: ${(replacement ?? '').replace(/\s+/g, ' ').slice(0, 120)}`,
      })),
  };
}
