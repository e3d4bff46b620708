// Writes what the upgrade test starts from: a migrated database that was filled by supabase/tests/upgrades/fill.sql, as
// rows-<version of the last migration>.txt. Run it before the next migration is written; the files are kept.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { withMigratedDatabase } from './database-server.ts';
import { getMigrationVersion, readMigrations } from './migration-files.ts';
import { ownSchemas } from './own-schemas.ts';
import { readRows } from './stored-rows.ts';

const folder = path.join(import.meta.dirname, '../../supabase/tests/upgrades');
const version = getMigrationVersion(readMigrations().at(-1)?.name ?? '');
const file = path.join(folder, `rows-${version}.txt`);

const rows = await withMigratedDatabase(async (ownerUrl) => {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    // One by one, because some of them commit by themselves.
    for (const statement of readFileSync(path.join(folder, 'fill.sql'), 'utf8').split(/;\n/))
      await sql.unsafe(statement);
    return await readRows(sql, ownSchemas);
  } finally {
    await sql.end();
  }
});
writeFileSync(file, `${rows.join('\n')}\n`);
console.log(`wrote ${file}: ${rows.length} rows`);
