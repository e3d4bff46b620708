// The list of landed migrations, supabase/migrations/checksums.txt: one line a migration, its checksum and its name. A
// checksum covers the migration and all lines before it, so an edited one shows in its own line and in all after it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Folder of the product's migrations. */
export const migrationsDirectory = path.join(import.meta.dirname, '../../supabase/migrations');

/** The list of checksums of the migrations. */
export const checksumsFile = path.join(migrationsDirectory, 'checksums.txt');

/** A migration: its file name and its statements. */
export interface Migration {
  name: string;
  text: string;
}

/** The version in a migration's file name; undefined if the file is not a migration. */
export function getMigrationVersion(name: string): string | undefined {
  return /^(\d{14})_[a-z][a-z0-9_]*\.sql$/.exec(name)?.[1];
}

/** Every migration of a folder, in the order in which they run. */
export function readMigrations(directory = migrationsDirectory): Migration[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ name, text: readFileSync(path.join(directory, name), 'utf8') }));
}

/** The lines of the list for these migrations. */
export function listChecksums(migrations: readonly Migration[]): string[] {
  const lines: string[] = [];
  for (const { name, text } of migrations) {
    const checksum = createHash('sha256').update(lines.join('\n')).update(`\n${name}\n`).update(text);
    lines.push(`${checksum.digest('hex')}  ${name}`);
  }
  return lines;
}

/**
 * The problems with the migrations, one sentence each.
 * @param listed the lines of the list
 * @param landed the lines of the list that the work started from, to which lines may only be added
 */
export function findMigrationProblems(
  migrations: readonly Migration[],
  listed: readonly string[],
  landed: readonly string[] = [],
): string[] {
  const named = migrations.filter(({ name }) => getMigrationVersion(name) !== undefined);
  const listedNames = listed.map((line) => line.split('  ')[1] ?? '');
  const inListedOrder = listedNames.flatMap((name) => named.filter((migration) => migration.name === name));
  const expected = listChecksums(inListedOrder);
  const firstWrong = inListedOrder.findIndex(
    ({ name }, place) => expected[place] !== listed[listedNames.indexOf(name)],
  );
  const versions = listedNames.map((name) => getMigrationVersion(name) ?? '');
  return [
    ...migrations
      .filter((migration) => !named.includes(migration))
      .map(({ name }) => `${name} is no name of a migration: <14 digits>_<snake_case>.sql.`),
    ...listedNames
      .filter((name) => !named.some((migration) => migration.name === name))
      .map((name) => `${name} has landed and is gone: bring it back.`),
    ...named
      .filter(({ name }) => !listedNames.includes(name))
      .map(
        ({ name }) => `${name} is not in checksums.txt: make migrations with npm run migration -- <name>.`,
      ),
    ...(firstWrong < 0
      ? []
      : [
          `${inListedOrder[firstWrong]?.name} was edited after it was written: take the change back, and make it with ` +
            'npm run migration -- <name>. If it has not landed yet, seal what you reviewed with npm run migration -- --seal.',
        ]),
    ...listedNames
      .filter((_, place) => place > 0 && (versions[place] ?? '') <= (versions[place - 1] ?? ''))
      .map((name) => `${name} is out of order: it must come after every migration that landed before it.`),
    ...(landed.every((line, place) => listed[place] === line)
      ? []
      : ['checksums.txt differs from what has landed: lines are only added to it.']),
  ];
}
