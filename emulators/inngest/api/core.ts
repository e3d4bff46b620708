import type { Context } from 'hono';
import type { Log } from '../../process/log.ts';
import type { Clock } from '../clock.ts';
import type { Database, Transaction } from '../store/database.ts';

/** What the HTTP routes need from the engine. */
export interface ApiCore {
  database: Database;
  clock: Clock;
  log: Log;
  /** Null in dev mode, where every caller is trusted. */
  signingKey: string | null;
  /** Accepted event keys; null accepts any. */
  eventKeys: readonly string[] | null;
  /** Runs work in a transaction and notifies the workers about new jobs. */
  commit<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  settle(): Promise<void>;
  advance(ms: number): Promise<void>;
}

/** The REST API's envelope. Nothing is cached here, so it expires on creation. */
export function replyWith(c: Context, core: ApiCore, value: unknown): Response {
  const now = new Date(core.clock.nowMs()).toISOString();
  return c.json({ data: value, metadata: { fetched_at: now, cached_until: now } });
}

export function refuse(c: Context, status: 400 | 401 | 403 | 404 | 409 | 413 | 501, error: string): Response {
  return c.json({ error, status }, status);
}
