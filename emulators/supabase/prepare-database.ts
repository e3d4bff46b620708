import { readFile } from 'node:fs/promises';
import { App } from '@supabase/lite';
import { createPostgresConnection } from '@supabase/lite/postgres';
import postgres from 'postgres';

/**
 * Creates the schemas `auth` and `realtime` that hosted Supabase has before the first migration. Roles and
 * schema owners must already exist. Idempotent: nothing that contains rows is dropped.
 * @param superuserUrl connection string of the superuser `supabase_admin`
 */
export async function prepareDatabase(superuserUrl: string): Promise<void> {
  await createAuthTables(superuserUrl);
  const sql = postgres(superuserUrl, { max: 1, onnotice: ignoreNotice });
  try {
    for (const file of ['auth.sql', 'realtime.sql', 'schema-watch.sql']) {
      await sql.unsafe(await readFile(new URL(file, import.meta.url), 'utf8'));
    }
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function createAuthTables(superuserUrl: string): Promise<void> {
  const connection = createPostgresConnection({
    url: superuserUrl,
    postgresOptions: { max: 1, onnotice: ignoreNotice },
  });
  // Active means "row-level security is already set up": keeps the library from granting tables to every
  // role.
  Reflect.set(connection, 'rlsState', 'active');
  const app = new App({
    connection,
    auth: { enabled: true },
    studio: { enabled: false },
    storage: { enabled: false },
    db: { migrations: { enabled: false } },
  });
  try {
    await app.ensureSystemSchema();
  } finally {
    await connection.close();
  }
}

function ignoreNotice(): void {}
