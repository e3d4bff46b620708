import { readFile } from 'node:fs/promises';
import postgres from 'postgres';
import { openLastingPool } from '../../postgres/lasting-pool.ts';
import type { Clock } from '../clock.ts';
import { arrayTypes } from './array-types.ts';

/** One database transaction and the engine's time for it. */
export interface Transaction {
  sql: postgres.ISql;
  nowMs: number;
}

export interface Database {
  /**
   * Runs work in one transaction and returns its result; retries on a deadlock. Rolls back if work throws.
   */
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const deadlockCodes = new Set(['40P01', '40001']);
const maxTries = 5;
const reconnectSeconds = 0.2;
const lostConnectionCodes =
  /^(CONNECTION_|CONNECT_TIMEOUT|ECONN|EPIPE|ETIMEDOUT|EHOST|ENETUNREACH|ENOTFOUND|EAI_)/;

/** Whether the database is unavailable, as opposed to having refused a statement. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof postgres.PostgresError) return /^(08|53|57)/.test(error.code);
  return error instanceof Error && 'code' in error && lostConnectionCodes.test(String(error.code));
}

function isDeadlock(error: unknown): boolean {
  return error instanceof postgres.PostgresError && deadlockCodes.has(error.code);
}

function connect(databaseUrl: string, onclose: () => void) {
  return postgres(databaseUrl, {
    max: 8,
    types: arrayTypes,
    fetch_types: false,
    connect_timeout: 5,
    max_lifetime: null,
    backoff: () => reconnectSeconds,
    onclose,
    onnotice: () => {},
    connection: {
      application_name: 'inngest-engine',
      search_path: 'inngest_local',
      // A finished step must survive a database crash, whatever the server's defaults.
      synchronous_commit: 'on',
    },
  });
}

/**
 * Connects lazily: nothing fails until the first transaction. Lost connections are replaced, and never hang.
 */
export function openDatabase(databaseUrl: string, clock: Clock): Database {
  const pool = openLastingPool((onclose) => connect(databaseUrl, onclose));
  return {
    async transact(work) {
      for (let tryCount = 1; ; tryCount += 1) {
        try {
          return await pool.transact((sql) => work({ sql, nowMs: clock.nowMs() }));
        } catch (error) {
          if (!isDeadlock(error) || tryCount === maxTries) throw error;
        }
      }
    },
    close: pool.close,
  };
}

/** Creates the schema or its missing parts. Safe if several engines start at once. */
export async function createSchema(database: Database): Promise<void> {
  const statements = await readFile(new URL('./schema.sql', import.meta.url), 'utf8');
  await database.transact(async ({ sql }) => {
    await lockFor(sql, 'schema');
    await sql.unsafe(statements);
  });
}

/** Waits until no other transaction holds the named lock; it is released at the end of this one. */
export async function lockFor(sql: postgres.ISql, name: 'schema' | 'claim' | 'schedule'): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext(${`inngest_local.${name}`}))`;
}

/** JSON text for a `json` column (use as `${toJson(value)}::text::json`): stored verbatim, unlike jsonb. */
export function toJson(value: unknown): string {
  return JSON.stringify(value ?? null);
}
