import { readFileSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';

const bootstrapFile = path.join(import.meta.dirname, 'bootstrap.sql');

/**
 * Gives a new cluster the roles, schemas and grants of a hosted project. Atomic and idempotent.
 * @param superuserUrl connection string of `supabase_admin` to the database `postgres`
 */
export async function bootstrapCluster(superuserUrl: string): Promise<void> {
  const sql = postgres(superuserUrl, { max: 1, onnotice: () => {} });
  try {
    const [existing] = await sql`select 1 from pg_roles where rolname = 'supabase_auth_admin'`;
    if (existing) return;
    await sql.begin((transaction) => transaction.unsafe(readFileSync(bootstrapFile, 'utf8')));
  } finally {
    await sql.end();
  }
}
