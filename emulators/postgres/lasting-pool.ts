import type postgres from 'postgres';

/** Connections to a server that may be killed at any moment. */
export interface LastingPool {
  /** Like the driver's, but without `listen`. */
  sql: postgres.Sql;
  /** Runs work in one transaction and returns its result. Rolls back if work throws. */
  transact: <T>(work: (sql: postgres.TransactionSql) => Promise<T>) => Promise<T>;
  /** Discards all current connections, because one does not answer. */
  replace: () => void;
  close: () => Promise<void>;
}

interface Pool {
  sql: postgres.Sql;
  isLost: boolean;
  /** Rejects when the pool is discarded. */
  loss: Promise<never>;
  giveUp: (reason: Error) => void;
  /** All its connections are open; null before anybody needed that. */
  opened: Promise<void> | null;
}

interface PoolOptions {
  /** How long to wait for a connection before it counts as unresponsive. */
  reserveMs: number;
  /** The same for a whole transaction. */
  transactionMs: number;
  /** Prepares a pool with open connections before the first of them is reserved. */
  prepare: (sql: postgres.Sql) => Promise<void>;
}

const usualOptions: PoolOptions = { reserveMs: 10_000, transactionMs: 30_000, prepare: async () => {} };
/** Work in progress on other connections of a discarded pool may still be answered. */
const settleSeconds = 2;

/**
 * A pool that is replaced as a whole if one of its connections is lost, because the driver cannot recover: a
 * statement on a reserved connection (a rollback, for example) is written to a closed socket, which ends the
 * process, and waiting for a connection may hang forever. Here both are refused with an error whose code
 * begins with CONNECTION_.
 * @param connect opens the driver's pool, without limits of idle time or lifetime, and with the given
 *   `onclose`
 */
export function openLastingPool(
  connect: (onclose: () => void) => postgres.Sql,
  options: Partial<PoolOptions> = {},
): LastingPool {
  const { reserveMs, transactionMs, prepare } = { ...usualOptions, ...options };
  let isClosed = false;
  let current = open();

  function open(): Pool {
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => {}); // usually nobody waits
    const opened: Pool = {
      sql: connect(() => lose(opened, 'CONNECTION_LOST')),
      isLost: false,
      loss: promise,
      giveUp: reject,
      opened: null,
    };
    return opened;
  }

  function lose(pool: Pool, code: string): void {
    if (pool.isLost) return;
    pool.isLost = true;
    if (!isClosed) current = open();
    pool.giveUp(loseConnection(code));
    pool.sql.end({ timeout: settleSeconds }).catch(() => {});
  }

  async function reserve(): Promise<postgres.ReservedSql> {
    const pool = current;
    const timer = setTimeout(() => lose(pool, 'CONNECTION_STALLED'), reserveMs);
    try {
      // Connections of a discarded pool are not returned, because the pool would use them.
      if (pool.isLost) return await pool.loss;
      await Promise.race([openOnce(pool), pool.loss]);
      return guard(pool, await Promise.race([pool.sql.reserve(), pool.loss]));
    } finally {
      clearTimeout(timer);
    }
  }

  function openOnce(pool: Pool): Promise<void> {
    pool.opened ??= openAll(pool.sql)
      .then(() => prepare(pool.sql))
      .catch((error: unknown) => {
        pool.opened = null; // for the next caller
        throw error;
      });
    return pool.opened;
  }

  async function transact<T>(work: (sql: postgres.TransactionSql) => Promise<T>): Promise<T> {
    const pool = current;
    const timer = setTimeout(() => lose(pool, 'CONNECTION_STALLED'), transactionMs);
    const { promise: result, resolve } = Promise.withResolvers<T>();
    const running = pool.sql.begin(async (connection) => {
      resolve(await withholdIfLost(pool, work(guard(pool, connection))));
    });
    try {
      await Promise.race([running, pool.loss]);
      return await result;
    } finally {
      clearTimeout(timer);
    }
  }

  async function close(): Promise<void> {
    isClosed = true;
    const { sql } = current;
    await sql.end({ timeout: settleSeconds });
    lose(current, 'CONNECTION_ENDED');
  }

  const own = new Map<string | symbol, unknown>(Object.entries({ reserve, begin: transact, end: close }));
  const sql = new Proxy(current.sql, {
    apply: (_target, self, statement) => Reflect.apply(current.sql, self, statement),
    get: (_target, name) => own.get(name) ?? Reflect.get(current.sql, name),
  });
  return { sql, transact, replace: () => lose(current, 'CONNECTION_STALLED'), close };
}

/**
 * Opens every connection of a pool. The driver cannot reserve a connection that is not open yet unless it
 * fetches types, and then nobody handles a connection that breaks meanwhile: an unhandled rejection that ends
 * the process.
 */
async function openAll(sql: postgres.Sql): Promise<void> {
  await Promise.all(Array.from({ length: sql.options.max }, () => sql`select 1`));
}

/** Never settles if the pool is lost, because the driver would go on to write `rollback` or `commit`. */
async function withholdIfLost<T>(pool: Pool, work: Promise<T>): Promise<T> {
  try {
    const result = await work;
    if (!pool.isLost) return result;
  } catch (error) {
    if (!pool.isLost) throw error;
  }
  return await new Promise<never>(() => {});
}

/** A reserved connection that throws instead of writing to a closed socket. */
function guard<Connection extends postgres.ISql>(pool: Pool, connection: Connection): Connection {
  return new Proxy(connection, {
    apply: (target, self, statement) => (pool.isLost ? pool.loss : Reflect.apply(target, self, statement)),
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (!pool.isLost || typeof value !== 'function') return value;
      // If it were returned, the pool would use it for queued work.
      return name === 'release' ? () => {} : () => pool.loss;
    },
  });
}

function loseConnection(code: string): Error {
  return Object.assign(new Error('The connection to the database is lost.'), { code });
}
