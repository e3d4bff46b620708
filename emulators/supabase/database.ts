import postgres from 'postgres';
import { openLastingPool } from '../postgres/lasting-pool.ts';
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

/** Opens connection pools; connections are made on demand and replaced after they were lost. */
export function openDatabase(url: string): Database {
  const options = getPostgresOptions({ max: 6 });
  const admin = openLastingPool((onclose) => postgres(url, { ...options, onclose }));
  const connection = { ...connectionSettings, role: 'supabase_auth_admin' };
  const auth = openLastingPool((onclose) => postgres(url, { ...options, connection, onclose }));
  const close = async (): Promise<void> => {
    await Promise.all([admin.close(), auth.close()]);
  };
  return { admin: admin.sql, auth: auth.sql, close };
}

/**
 * Options of every connection: values in the REST API's format, and a short timeout for a server that is
 * down.
 */
export function getPostgresOptions({ max }: { max: number }) {
  return {
    max,
    types: postgresTypes,
    // Otherwise a connection that is lost while being opened leaves a rejection that nobody can handle.
    fetch_types: false,
    connect_timeout: 5,
    max_lifetime: null,
    backoff: () => 0.2,
    connection: connectionSettings,
    onnotice: () => {},
  };
}
