import postgres from 'postgres';
import { compareDescriptions, describeDatabase, listFilledTables } from './describe-database.ts';
import { diffDatabases } from './diff-databases.ts';
import { ownSchemas } from './own-schemas.ts';
import { readSchemaFiles } from './schema-files.ts';

/** The differences between the migrations' database and the schemas' database. */
export interface Drift {
  /** The statements that the migrations lack. */
  statements: string;
  /** The statements that would turn the schemas' database into the migrations' database. */
  opposite: string;
  /** Everything that differs, a line each: `-` is only in the migrations, `+` only in the schemas. */
  facts: string[];
}

/**
 * Compares the two with the Supabase CLI in both directions and through their catalogues, which also show what
 * the CLI omits, such as reference rows. Afterwards neither database has scheduled jobs.
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
  // A job names its database, which the CLI would report as a difference.
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
