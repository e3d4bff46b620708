import { createRequire } from 'node:module';
import path from 'node:path';
import postgres from 'postgres';
import { runCommand } from '../process/run-command.ts';
import { getMigrationVersion, readMigrations } from './migration-files.ts';

const repositoryDirectory = path.join(import.meta.dirname, '../..');

/**
 * Migrates a database through the Supabase CLI, as on hosted projects. The CLI runs only if a migration is
 * missing. Throws with the CLI's output if it fails.
 * @param ownerUrl connection string of the role `postgres`
 * @param directory the folder that `supabase/` is in
 * @returns the number of applied migrations
 */
export async function applyMigrations(ownerUrl: string, directory = repositoryDirectory): Promise<number> {
  const applied = await listAppliedVersions(ownerUrl);
  const missingCount = listVersions(directory).filter((version) => !applied.includes(version)).length;
  if (missingCount > 0) await runMigrationUp(ownerUrl, directory);
  return missingCount;
}

/**
 * Throws one sentence if the database was built by migrations that this checkout does not have, because no path
 * leads from them. Only reads.
 * @param superuserUrl connection string of `supabase_admin`, which every database has
 */
export async function assertKnownLayout(superuserUrl: string): Promise<void> {
  const known = listVersions();
  const unknown = (await listAppliedVersions(superuserUrl)).filter((version) => !known.includes(version));
  if (unknown.length === 0) return;
  const age = unknown.some((version) => version > (known.at(-1) ?? '')) ? 'a newer' : 'an older';
  throw new Error(
    `The data is of ${age} layout that cannot be migrated: begin with new data, with npm start -- --fresh.`,
  );
}

function listVersions(directory = repositoryDirectory): string[] {
  return readMigrations(path.join(directory, 'supabase/migrations')).flatMap(
    ({ name }) => getMigrationVersion(name) ?? [],
  );
}

async function listAppliedVersions(url: string): Promise<string[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const [table] = await sql`select to_regclass('supabase_migrations.schema_migrations') as name`;
    if (!table?.name) return [];
    const rows = await sql<{ version: string }[]>`select version from supabase_migrations.schema_migrations`;
    return rows.map(({ version }) => version);
  } finally {
    await sql.end();
  }
}

async function runMigrationUp(ownerUrl: string, directory: string): Promise<void> {
  const cli = createRequire(import.meta.url).resolve('supabase/dist/supabase.js');
  const remote = `--remote=${ownerUrl}?sslmode=disable`;
  await runCommand({
    command: [process.execPath, cli, 'migration', 'up', '--yes', remote],
    directory,
    environment: { ...process.env, SUPABASE_TELEMETRY_DISABLED: '1', SUPABASE_YES: '1' },
    failure: 'A migration was refused.',
  });
}
