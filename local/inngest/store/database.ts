import { readFile } from 'node:fs/promises';
import postgres from 'postgres';
import type { Clock } from '../clock.ts';

/** One database transaction and the engine's time at which it takes place. */
export interface Transaction {
  sql: postgres.TransactionSql;
  nowMs: number;
}

export interface Database {
  /** Runs work in one transaction and returns its result; a deadlock is tried again. Rolls back when work throws. */
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const deadlockCodes = new Set(['40P01', '40001']);
const maxTries = 5;
const reconnectSeconds = 0.2;

function isDeadlock(error: unknown): boolean {
  return error instanceof postgres.PostgresError && deadlockCodes.has(error.code);
}

/** Connects lazily: nothing fails until the first transaction, and a lost connection is opened again. */
export function openDatabase(databaseUrl: string, clock: Clock): Database {
  const sql = postgres(databaseUrl, {
    max: 8,
    connect_timeout: 5,
    backoff: () => reconnectSeconds,
    onnotice: () => {},
    connection: { application_name: 'inngest-engine', search_path: 'inngest_local' },
  });
  return {
    async transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
      for (let tryCount = 1; ; tryCount += 1) {
        try {
          const results: T[] = [];
          await sql.begin(async (transaction) => {
            results.push(await work({ sql: transaction, nowMs: clock.nowMs() }));
          });
          for (const result of results) return result;
          throw new Error('The transaction ended without a result.');
        } catch (error) {
          if (!isDeadlock(error) || tryCount === maxTries) throw error;
        }
      }
    },
    close: () => sql.end({ timeout: 5 }),
  };
}

/** Creates the schema, or what is missing of it. Safe when several engines start at once. */
export async function createSchema(database: Database): Promise<void> {
  const statements = await readFile(new URL('./schema.sql', import.meta.url), 'utf8');
  await database.transact(async ({ sql }) => {
    await lockFor(sql, 'schema');
    await sql.unsafe(statements);
  });
}

/** Waits until no other transaction holds the named lock; it is freed at the end of this one. */
export async function lockFor(
  sql: postgres.TransactionSql,
  name: 'schema' | 'claim' | 'schedule',
): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext(${`inngest_local.${name}`}))`;
}

/** JSON text for a `json` column (use as `${toJson(value)}::text::json`): kept word for word, unlike jsonb. */
export function toJson(value: unknown): string {
  return JSON.stringify(value ?? null);
}
