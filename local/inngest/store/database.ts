import { readFile } from 'node:fs/promises';
import postgres from 'postgres';
import type { Clock } from '../clock.ts';

/** One database transaction and the engine's time at which it takes place. */
export interface Transaction {
  sql: postgres.Sql;
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
const closeSeconds = 5;
/** No transaction of the engine takes this long; one that does has a connection that will not answer. */
const stallMs = 30_000;
const lostConnectionCodes =
  /^(CONNECTION_|CONNECT_TIMEOUT|ECONN|EPIPE|ETIMEDOUT|EHOST|ENETUNREACH|ENOTFOUND|EAI_)/;

/** Whether the database is away, as opposed to one that understood a statement and refused it. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof postgres.PostgresError) return /^(08|53|57)/.test(error.code);
  return error instanceof Error && 'code' in error && lostConnectionCodes.test(String(error.code));
}

function isDeadlock(error: unknown): boolean {
  return error instanceof postgres.PostgresError && deadlockCodes.has(error.code);
}

function connect(databaseUrl: string): postgres.Sql {
  return postgres(databaseUrl, {
    max: 8,
    connect_timeout: 5,
    backoff: () => reconnectSeconds,
    onnotice: () => {},
    connection: {
      application_name: 'inngest-engine',
      search_path: 'inngest_local',
      // A finished step stays finished when the database crashes, whatever the server does by default.
      synchronous_commit: 'on',
    },
  });
}

/** A pool and how those who wait for one of its connections learn that none will come. */
interface Pool {
  sql: postgres.Sql;
  given: PromiseWithResolvers<never>;
}

function openPool(databaseUrl: string): Pool {
  const given = Promise.withResolvers<never>();
  given.promise.catch(() => {}); // mostly nobody waits
  return { sql: connect(databaseUrl), given };
}

/** A connection of the pool. Rejects when the pool is given up first; the driver leaves such waiters waiting. */
async function reserve({ sql, given }: Pool): Promise<postgres.ReservedSql> {
  const reserving = sql.reserve();
  try {
    return await Promise.race([reserving, given.promise]);
  } catch (error) {
    reserving.then(
      (late) => late.release(),
      () => {},
    );
    throw error;
  }
}

function loseConnection(code: string): Error {
  return Object.assign(new Error('The connection to the database is lost.'), { code });
}

/**
 * Connects lazily: nothing fails until the first transaction. Whenever a connection is lost the whole pool is replaced,
 * and a transaction that lost its connection is not rolled back but left: the driver's own `begin` writes `rollback` to
 * the closed socket, which ends the process, and a pool that saw a connection break can hang for good.
 */
export function openDatabase(databaseUrl: string, clock: Clock): Database {
  let pool = openPool(databaseUrl);
  let isClosed = false;

  function replacePool(broken: Pool): void {
    if (pool !== broken || isClosed) return;
    pool = openPool(databaseUrl);
    broken.given.reject(loseConnection('CONNECTION_REPLACED'));
    broken.sql.end({ timeout: closeSeconds }).catch(() => {});
  }

  async function runOn<T>(current: Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const connection = await reserve(current);
    try {
      await connection`begin`;
      const result = await work({ sql: connection, nowMs: clock.nowMs() });
      await connection`commit`;
      connection.release();
      return result;
    } catch (error) {
      if (isConnectionLost(error)) throw error;
      await connection`rollback`;
      connection.release();
      throw error;
    }
  }

  async function tryOnce<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const current = pool;
    const stalled = Promise.withResolvers<never>();
    const timer = setTimeout(() => stalled.reject(loseConnection('CONNECTION_STALLED')), stallMs);
    try {
      return await Promise.race([runOn(current, work), stalled.promise]);
    } catch (error) {
      if (isConnectionLost(error)) replacePool(current);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async transact(work) {
      for (let tryCount = 1; ; tryCount += 1) {
        try {
          return await tryOnce(work);
        } catch (error) {
          if (!isDeadlock(error) || tryCount === maxTries) throw error;
        }
      }
    },
    async close() {
      isClosed = true;
      await pool.sql.end({ timeout: closeSeconds });
    },
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
export async function lockFor(sql: postgres.Sql, name: 'schema' | 'claim' | 'schedule'): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext(${`inngest_local.${name}`}))`;
}

/** JSON text for a `json` column (use as `${toJson(value)}::text::json`): kept word for word, unlike jsonb. */
export function toJson(value: unknown): string {
  return JSON.stringify(value ?? null);
}
