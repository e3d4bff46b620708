import postgres from 'postgres';
import { postgresTypes } from './postgres-types.ts';

const connectionSettings = { TimeZone: 'UTC', application_name: 'supabase' };

/** Connections to the project's database. */
export interface Database {
  /** As the superuser supabase_admin. */
  admin: postgres.Sql;
  /** As supabase_auth_admin, the role that hosted Auth uses. */
  auth: postgres.Sql;
  close: () => Promise<void>;
}

/** Opens connection pools; connections are made when first needed and made again after they were lost. */
export function openDatabase(url: string): Database {
  const admin = postgres(url, getPostgresOptions({ max: 6 }));
  const auth = postgres(url, {
    ...getPostgresOptions({ max: 6 }),
    connection: { ...connectionSettings, role: 'supabase_auth_admin' },
  });
  const close = async (): Promise<void> => {
    await Promise.all([admin.end({ timeout: 1 }), auth.end({ timeout: 1 })]);
  };
  return { admin, auth, close };
}

/** Options shared by every connection: values as the REST API shows them, a short wait for a server that is down. */
export function getPostgresOptions({ max }: { max: number }) {
  return {
    max,
    types: postgresTypes,
    // Else a connection that is lost while it is being opened leaves a rejection behind that nobody can handle.
    fetch_types: false,
    connect_timeout: 5,
    idle_timeout: 60,
    backoff: () => 0.2,
    connection: connectionSettings,
    onnotice: () => {},
  };
}
