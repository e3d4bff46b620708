// `npm run migration -- <name>` writes the next migration from what the schemas contain and the migrations do
// not, for a person to review. `npm run migration -- --seal` seals the last one once it has been reviewed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chooseVersion, composeMigration } from './compose-migration.ts';
import { withDatabaseServer } from './database-server.ts';
import { declareDatabase } from './declare-database.ts';
import { type Drift, findDrift } from './find-drift.ts';
import { checksumsFile, listChecksums, migrationsDirectory, readMigrations } from './migration-files.ts';

function readChecksums(): string[] {
  if (!existsSync(checksumsFile)) return [];
  return readFileSync(checksumsFile, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function compareWithSchemas(): Promise<Drift> {
  return withDatabaseServer(async ({ createDatabase }) => {
    const declaredUrl = await createDatabase('declared', 'prepared');
    await declareDatabase(declaredUrl);
    return findDrift(await createDatabase('migrated', 'migrated'), declaredUrl);
  });
}

/** Adds the last migration's line to the list, or replaces it; earlier lines stay. */
function sealLast(): string {
  const migrations = readMigrations();
  const last = migrations.at(-1);
  if (!last) throw new Error('There is no migration to seal.');
  const kept = readChecksums().filter((line) => !line.endsWith(`  ${last.name}`));
  if (kept.length !== migrations.length - 1) {
    throw new Error(
      'Only one migration can be sealed at a time: checksums.txt does not list those before the last.',
    );
  }
  const line = listChecksums(migrations).at(-1);
  writeFileSync(checksumsFile, [...kept, line, ''].join('\n'));
  return last.name;
}

async function writeMigration(name: string): Promise<string> {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    throw new Error('Say what the migration does, such as: npm run migration -- add_player_titles.');
  }
  const drift = await compareWithSchemas();
  const text = composeMigration(drift);
  if (text === null)
    throw new Error('Migrations and schemas make the same database: there is nothing to write.');
  const file = `${chooseVersion(new Date(), readMigrations())}_${name}.sql`;
  writeFileSync(path.join(migrationsDirectory, file), text);
  sealLast();
  return [
    `Wrote supabase/migrations/${file}. Review it: the tool knows no renames and no rows.`,
    'If you change it, seal it again: npm run migration -- --seal.',
  ].join('\n');
}

try {
  const [name = ''] = process.argv.slice(2);
  console.log(name === '--seal' ? `Sealed supabase/migrations/${sealLast()}.` : await writeMigration(name));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
