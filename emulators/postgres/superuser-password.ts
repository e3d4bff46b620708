import postgres from 'postgres';
import { getSuperuserUrl } from './cluster.ts';

/** The password of clusters that predate separate passwords. */
const formerPassword = 'postgres';
const wrongPasswordCode = '28P01';

/**
 * Restricts the superuser to `password`: a cluster with the former, well-known password gets this one. Throws
 * a sentence if it has neither.
 */
export async function ensureSuperuserPassword(port: number, password: string): Promise<void> {
  if (await isAccepted(port, password)) return;
  if (!(await isAccepted(port, formerPassword))) {
    throw new Error(
      'The database has another superuser password than secrets.json; start once with --fresh.',
    );
  }
  const sql = postgres(getSuperuserUrl(port, formerPassword), { max: 1, onnotice: () => {} });
  try {
    await sql.begin(async (transaction) => {
      // Nobody connects as these two; they had the former password as well.
      for (const role of ['authenticator', 'supabase_auth_admin']) {
        const [existing] = await transaction`select 1 from pg_roles where rolname = ${role}`;
        if (existing) await transaction`alter role ${transaction(role)} password null`;
      }
      await transaction.unsafe(`alter role supabase_admin password '${password.replaceAll("'", "''")}'`);
    });
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function isAccepted(port: number, password: string): Promise<boolean> {
  const sql = postgres(getSuperuserUrl(port, password), { max: 1, onnotice: () => {}, fetch_types: false });
  try {
    await sql`select 1`;
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === wrongPasswordCode) return false;
    throw error;
  } finally {
    await sql.end({ timeout: 5 });
  }
}
