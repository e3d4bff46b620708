import type { Context } from 'hono';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Database, Transaction } from '../store/database.ts';

/** What the HTTP routes need of the engine. */
export interface ApiCore {
  database: Database;
  clock: Clock;
  log: Log;
  /** Null in dev mode, where every caller is trusted. */
  signingKey: string | null;
  /** Event keys that are accepted; null accepts any. */
  eventKeys: readonly string[] | null;
  /** Runs work in a transaction and wakes the workers for what it added. */
  commit<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  settle(): Promise<void>;
  advance(ms: number): Promise<void>;
}

/** The envelope of the REST API. Nothing is cached here, so it expires when it is made. */
export function replyWith(c: Context, core: ApiCore, value: unknown): Response {
  const now = new Date(core.clock.nowMs()).toISOString();
  return c.json({ data: value, metadata: { fetched_at: now, cached_until: now } });
}

export function refuse(c: Context, status: 400 | 401 | 403 | 404 | 409 | 413 | 501, error: string): Response {
  return c.json({ error, status }, status);
}
