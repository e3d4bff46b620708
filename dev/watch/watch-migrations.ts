import { watch } from 'node:fs';
import { migrationsDirectory } from '../database/migration-files.ts';

/** Editors write a file in several steps. */
const settleMs = 500;

/** Applies new migrations while a stack runs, until `signal` is aborted; prints a rejected one. */
export function watchMigrations(
  signal: AbortSignal,
  apply: () => Promise<void>,
  print: (line: string) => void,
): void {
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(migrationsDirectory, { signal }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      apply().catch((error: unknown) => print(error instanceof Error ? error.message : String(error)));
    }, settleMs);
  });
  watcher.on('error', (error) => print(`Migrations are no longer watched: ${error.message}`));
}
