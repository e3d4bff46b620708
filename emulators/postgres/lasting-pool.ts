import type postgres from 'postgres';

/** Connections to a server that may be killed at any moment. */
export interface LastingPool {
  /** As the driver's, but without `listen`. */
  sql: postgres.Sql;
  /** Runs work in one transaction and gives its result. Rolls back when work throws. */
  transact: <T>(work: (sql: postgres.TransactionSql) => Promise<T>) => Promise<T>;
  /** Gives up every connection of now, because one does not answer. */
  replace: () => void;
  close: () => Promise<void>;
}

interface Pool {
  sql: postgres.Sql;
  isLost: boolean;
  /** Rejects when the pool is given up. */
  loss: Promise<never>;
  giveUp: (reason: Error) => void;
  /** All its connections are open; null before anybody needed that. */
  opened: Promise<void> | null;
}

interface PoolOptions {
  /** How long to wait for a connection before it counts as one that will not answer. */
  reserveMs: number;
  /** The same for a whole transaction. */
  transactionMs: number;
  /** Teaches a pool whose connections are open what it has to know before the first of them is reserved. */
  prepare: (sql: postgres.Sql) => Promise<void>;
}

const usualOptions: PoolOptions = { reserveMs: 10_000, transactionMs: 30_000, prepare: async () => {} };
/** What is under way on other connections of a pool that was given up may still be answered. */
const settleSeconds = 2;

/**
 * A pool that is replaced as a whole when one of its connections is lost, because the driver does not get over that by
 * itself: a statement on a connection that was reserved (a rollback, say) is written to a socket that is gone, which
 * ends the process; whoever waits for a connection may wait for ever. Here both are refused, with an error whose code
 * begins with CONNECTION_.
 * @param connect opens the driver's pool, without limits of idle time or lifetime, and with the given `onclose`
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
    promise.catch(() => {}); // mostly nobody waits
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
      // What the pool gives after it was given up is not given back: the pool would use it.
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
        pool.opened = null; // for the next to try
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
 * Opens every connection of a pool. The driver gives nothing to who reserves one that is still to be opened, unless it
 * fetches types, and then nobody hears of a connection that breaks meanwhile: a rejection that ends the process.
 */
async function openAll(sql: postgres.Sql): Promise<void> {
  await Promise.all(Array.from({ length: sql.options.max }, () => sql`select 1`));
}

/** Never settles when the pool is lost: the driver would go on to write `rollback` or `commit`. */
async function withholdIfLost<T>(pool: Pool, work: Promise<T>): Promise<T> {
  try {
    const result = await work;
    if (!pool.isLost) return result;
  } catch (error) {
    if (!pool.isLost) throw error;
  }
  return await new Promise<never>(() => {});
}

/** A connection of one's own that refuses instead of writing to a socket that is gone. */
function guard<Connection extends postgres.ISql>(pool: Pool, connection: Connection): Connection {
  return new Proxy(connection, {
    apply: (target, self, statement) => (pool.isLost ? pool.loss : Reflect.apply(target, self, statement)),
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (!pool.isLost || typeof value !== 'function') return value;
      // Giving it back would make the pool use it for what waits.
      return name === 'release' ? () => {} : () => pool.loss;
    },
  });
}

function loseConnection(code: string): Error {
  return Object.assign(new Error('The connection to the database is lost.'), { code });
}
