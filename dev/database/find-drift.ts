import postgres from 'postgres';
import { compareDescriptions, describeDatabase, listFilledTables } from './describe-database.ts';
import { diffDatabases } from './diff-databases.ts';
import { ownSchemas } from './own-schemas.ts';
import { readSchemaFiles } from './schema-files.ts';

/** How a database of the migrations and one of the schemas differ. */
export interface Drift {
  /** The statements that are missing in the migrations. */
  statements: string;
  /** The statements that would turn the schemas into what the migrations make. */
  opposite: string;
  /** Everything that differs, a line each: `-` is only in the migrations, `+` only in the schemas. */
  facts: string[];
}

/**
 * Compares the two, by the Supabase CLI in both directions and by what their catalogues say: that also finds what the
 * CLI leaves out, such as reference rows. Afterwards neither database has scheduled jobs any more.
 */
export async function findDrift(migratedUrl: string, declaredUrl: string): Promise<Drift> {
  const data = readSchemaFiles().filter(({ name }) => name.startsWith('data/'));
  const scope = {
    schemas: ownSchemas,
    tables: listFilledTables(data.map(({ text }) => text).join('\n')),
  };
  const [migrated = [], declared = []] = await Promise.all(
    [migratedUrl, declaredUrl].map((url) => describeDatabase(url, scope)),
  );
  // A job names the database that it runs in, which the CLI would take for a difference of each.
  await Promise.all([migratedUrl, declaredUrl].map(removeJobs));
  const [statements, opposite] = await Promise.all([
    diffDatabases(migratedUrl, declaredUrl),
    diffDatabases(declaredUrl, migratedUrl),
  ]);
  return { statements, opposite, facts: compareDescriptions(migrated, declared) };
}

async function removeJobs(ownerUrl: string): Promise<void> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    await sql`select cron.unschedule(jobname) from cron.job`;
  } finally {
    await sql.end();
  }
}
