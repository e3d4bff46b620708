import { createServer, type Server, type Socket } from 'node:net';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LastingPool, openLastingPool } from './lasting-pool.ts';

/** Accepts connections and never answers. */
let server: Server;
let sockets: Socket[];
let pool: LastingPool;
let openedCount: number;

beforeEach(async () => {
  sockets = [];
  server = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  openedCount = 0;
  pool = openLastingPool(
    (onclose) => {
      openedCount += 1;
      return postgres(`postgresql://nobody:nothing@127.0.0.1:${port}/none`, { onclose, max_lifetime: null });
    },
    { reserveMs: 50, transactionMs: 50 },
  );
});
afterEach(async () => {
  await pool.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

test('callers waiting for a connection that never comes get an error, and the next one gets another pool', async () => {
  await expect(pool.sql.reserve()).rejects.toMatchObject({ code: 'CONNECTION_STALLED' });
  expect(openedCount).toBe(2);
});

test('an unanswered transaction is abandoned', async () => {
  await expect(pool.transact((sql) => sql`select 1`)).rejects.toMatchObject({ code: 'CONNECTION_STALLED' });
  expect(openedCount).toBe(2);
});

test('all waiting callers get an error when the pool is replaced', async () => {
  const waiting = Promise.allSettled([pool.sql.reserve(), pool.transact((sql) => sql`select 1`)]);
  pool.replace();
  for (const result of await waiting) expect(result).toMatchObject({ status: 'rejected' });
});

test('a closed pool refuses', async () => {
  await pool.close();
  await expect(pool.sql.reserve()).rejects.toMatchObject({ code: 'CONNECTION_ENDED' });
});
