// Stryker plugin: limits the run to the chosen mutants, whose keys are in a file named by an environment
// variable.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Checker, CheckStatus } from '@stryker-mutator/api/check';
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { z } from 'zod';
import { describeTypescriptMutant } from './list-typescript-mutants.ts';

const { MUTANTS_CHOSEN_FILE: file } = z.object({ MUTANTS_CHOSEN_FILE: z.string() }).parse(process.env);
const repository = path.join(import.meta.dirname, '../..');
let chosen = new Set<string>();

const sample: Checker = {
  init: () => {
    chosen = new Set(z.array(z.string()).parse(JSON.parse(readFileSync(file, 'utf8'))));
    return Promise.resolve();
  },
  check: (mutants) => {
    const results = mutants.map((mutant) => {
      const { key } = describeTypescriptMutant(path.relative(repository, mutant.fileName), mutant);
      return [
        mutant.id,
        chosen.has(key)
          ? { status: CheckStatus.Passed as const }
          : { status: CheckStatus.CompileError as const, reason: 'not in the sample' },
      ] as const;
    });
    return Promise.resolve(Object.fromEntries(results));
  },
  // All at once, because nothing is compiled.
  group: (mutants) => Promise.resolve([mutants.map(({ id }) => id)]),
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Checker, 'sample', sample)];
