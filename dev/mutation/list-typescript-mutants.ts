import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Mutant as StrykerMutant } from '@stryker-mutator/api/core';
import type { Logger } from '@stryker-mutator/api/logging';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import type { Mutant } from './choose-mutants.ts';

/** One fault that Stryker can create, with an identity that is stable across processes. */
export interface TypescriptMutant extends Mutant {
  key: string;
}

type Described = Pick<StrykerMutant, 'location' | 'mutatorName'> & { replacement?: string | undefined };

const ignore = (): void => {};
const silent = (): boolean => false;
const noLog: Logger = {
  isTraceEnabled: silent,
  isDebugEnabled: silent,
  isInfoEnabled: silent,
  isWarnEnabled: silent,
  isErrorEnabled: silent,
  isFatalEnabled: silent,
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  fatal: ignore,
};

/** The identity of a mutant by place and change; `file` is relative to the repository. */
export function describeTypescriptMutant(
  file: string,
  { location: { start, end }, mutatorName, replacement = '' }: Described,
): TypescriptMutant {
  const text = replacement.replace(/\s+/g, ' ').slice(0, 120);
  return {
    place: `${file}:${start.line + 1}:${start.column + 1}`,
    change: `${mutatorName}: ${text}`,
    key: [file, start.line, start.column, end.line, end.column, mutatorName, replacement].join('\n'),
  };
}

/** Every mutant of the files; a pattern that starts with `!` excludes files. */
export async function listTypescriptMutants(patterns: readonly string[]): Promise<TypescriptMutant[]> {
  const exclude = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const names = globSync(
    patterns.filter((pattern) => !pattern.startsWith('!')),
    { exclude },
  ).sort();
  const files = names.map((name) => ({ name, mutate: true, content: readFileSync(name, 'utf8') }));
  const { mutants } = await new Instrumenter(noLog).instrument(files, {
    plugins: null,
    excludedMutations: [],
    ignorers: [],
  });
  return mutants.map((mutant) =>
    describeTypescriptMutant(path.relative(process.cwd(), path.resolve(mutant.fileName)), mutant),
  );
}
