import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import postgres from 'postgres';
import { runCommand } from '../process/run-command.ts';

const repositoryDirectory = path.join(import.meta.dirname, '../..');

/** Folder of the product's migrations. */
export const migrationsDirectory = path.join(repositoryDirectory, 'supabase/migrations');

/**
 * Migrates a database through the Supabase CLI, as on hosted projects. The CLI runs only if a migration is
 * missing. Throws with the CLI's output if it fails.
 * @param ownerUrl connection string of the role `postgres`
 * @returns the number of applied migrations
 */
export async function applyMigrations(ownerUrl: string): Promise<number> {
  const missingCount = await countMissingMigrations(ownerUrl);
  if (missingCount > 0) await runMigrationUp(ownerUrl);
  return missingCount;
}

async function countMissingMigrations(ownerUrl: string): Promise<number> {
  const versions = readdirSync(migrationsDirectory)
    .map((name) => /^(\d{14})_.+\.sql$/.exec(name)?.[1])
    .filter((version) => version !== undefined);
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    const [table] = await sql`select to_regclass('supabase_migrations.schema_migrations') as name`;
    if (!table?.name) return versions.length;
    const rows = await sql<{ version: string }[]>`select version from supabase_migrations.schema_migrations`;
    const applied = new Set(rows.map((row) => row.version));
    return versions.filter((version) => !applied.has(version)).length;
  } finally {
    await sql.end();
  }
}

async function runMigrationUp(ownerUrl: string): Promise<void> {
  const cli = createRequire(import.meta.url).resolve('supabase/dist/supabase.js');
  const remote = `--remote=${ownerUrl}?sslmode=disable`;
  await runCommand({
    command: [process.execPath, cli, 'migration', 'up', '--yes', '--include-all', remote],
    directory: repositoryDirectory,
    environment: { ...process.env, SUPABASE_TELEMETRY_DISABLED: '1', SUPABASE_YES: '1' },
    failure: 'A migration was refused.',
  });
}
