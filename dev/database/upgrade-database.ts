import postgres from 'postgres';
import { getMigrationVersion, type Migration } from './migration-files.ts';
import { listRowKeys, replaceRows } from './stored-rows.ts';

/** The state of a database at a version: the version and the rows. */
export interface PastState {
  version: string;
  rows: readonly string[];
}

/**
 * Restores a past state into a prepared database and applies the later migrations.
 * @returns the rows that are gone afterwards, by table and primary key
 */
export async function upgradeDatabase(options: {
  ownerUrl: string;
  superuserUrl: string;
  schemas: readonly string[];
  past: PastState;
  migrations: readonly Migration[];
}): Promise<string[]> {
  const { past, schemas, migrations } = options;
  const isPast = ({ name }: Migration): boolean => (getMigrationVersion(name) ?? '') <= past.version;
  const owner = postgres(options.ownerUrl, { max: 1, onnotice: () => {} });
  const admin = postgres(options.superuserUrl, { max: 1, onnotice: () => {} });
  try {
    for (const { text } of migrations.filter(isPast)) await owner.unsafe(text);
    await replaceRows(admin, schemas, past.rows);
    const before = await listRowKeys(admin, schemas);
    for (const { text } of migrations.filter((migration) => !isPast(migration))) await owner.unsafe(text);
    const after = new Set(await listRowKeys(admin, schemas));
    return before.filter((key) => !after.has(key));
  } finally {
    await Promise.all([owner.end(), admin.end()]);
  }
}
