import { setTimeout as delay } from 'node:timers/promises';
import { type Log, log as logLine } from '../process/log.ts';
import type { ApiCore } from './api/core.ts';
import { createApi } from './api/create-api.ts';
import { type ApiServer, listen } from './api/listen.ts';
import { registerApp } from './apps/register-app.ts';
import { fetchRegistration } from './apps/sync-app.ts';
import { createSyncLoop } from './apps/sync-loop.ts';
import { noteSynced } from './apps/synced-addresses.ts';
import { type Clock, isVirtualClock, systemClock } from './clock.ts';
import { incomingEventSchema } from './protocol/event.ts';
import { createRunsApi, type RunsApi } from './runs/runs-api.ts';
import { createSchema, openDatabase, type Transaction } from './store/database.ts';
import { findLastReceiptMs, storeEvents } from './store/events.ts';
import { findNextDueMs, listNextJobs } from './store/jobs.ts';
import { removeExpired } from './store/retention.ts';
import { createBackoff } from './worker/backoff.ts';
import { performJob } from './worker/perform-job.ts';
import { createWorkLoop } from './worker/work-loop.ts';

export interface EngineOptions {
  /** Any Postgres database; the engine creates its own schema there. */
  databaseUrl: string;
  /** The real time by default; a virtual clock enables `advance`. */
  clock?: Clock;
  /**
   * Delay after a failed attempt, or one per attempt; by default a table that outlasts a restart of the app.
   */
  backoffMs?: number | readonly number[];
  /** Addresses of served functions, kept synced. No event is routed before each was synced once. */
  apps?: readonly string[];
  /** 0 picks a free port. */
  port?: number;
  /** Set: signed mode, as in production. Unset: dev mode, where every caller is trusted. */
  signingKey?: string;
  eventKeys?: readonly string[];
  leaseMs?: number;
  maxCalls?: number;
  log?: Log;
}

export interface Engine {
  /** Creates the schema, listens and starts working. Resolves when requests are answered. */
  start(): Promise<{ url: string }>;
  /** Stops claiming work, waits briefly for calls in flight, and closes everything. */
  stop(): Promise<void>;
  /** Syncs one app now; throws with the reason if that fails. */
  sync(url: string): Promise<void>;
  /** Stores events and returns their internal ids. */
  send(events: unknown): Promise<string[]>;
  /**
   * Resolves when nothing is left to do until time passes. Throws after the deadline, listing what is left.
   */
  settle(deadlineMs?: number): Promise<void>;
  /** Moves the virtual clock ahead, stopping at each time at which something is due. */
  advance(ms: number): Promise<void>;
  runs: RunsApi;
}

const settleDeadlineMs = 100_000;
const settlePollMs = 10;
const stopGraceMs = 3_000;
const retentionIntervalMs = 3_600_000;

/** Assembles an engine; nothing happens before `start`. */
export function createEngine(options: EngineOptions): Engine {
  const { clock = systemClock, log = logLine, leaseMs = 6_000, maxCalls = 40 } = options;
  const signingKey = options.signingKey ?? null;
  const database = openDatabase(options.databaseUrl, clock);
  let isStopping = false;
  let server: ApiServer | undefined;
  let retention: NodeJS.Timeout | undefined;

  const performer = {
    database,
    backoff: createBackoff(options.backoffMs),
    signingKey,
    log,
    appUrls: options.apps ?? [],
    unreachableUrls: new Set<string>(),
    isStopping: () => isStopping,
  };
  const loop = createWorkLoop({
    database,
    perform: (job) => performJob(performer, job),
    log,
    leaseMs,
    maxCalls,
  });

  async function commit<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const result = await database.transact(work);
    loop.wake();
    return result;
  }

  async function sync(url: string): Promise<void> {
    const registration = await fetchRegistration(url, signingKey);
    await commit(async (tx) => {
      if (registration !== null) await registerApp(tx, registration);
      await noteSynced(tx, url);
    });
  }

  async function settle(deadlineMs: number = settleDeadlineMs): Promise<void> {
    const endMs = Date.now() + deadlineMs;
    loop.wake();
    for (;;) {
      const jobs = await database.transact(listNextJobs);
      // The time is read after the query, so a job added just before it does not seem to be in the future.
      const nowMs = clock.nowMs();
      const keys = jobs.filter(({ run_at }) => run_at.getTime() <= nowMs).map(({ key }) => key);
      if (keys.length === 0) return;
      if (Date.now() > endMs) throw new Error(`The engine did not settle; outstanding: ${keys.join(', ')}`);
      await delay(settlePollMs);
    }
  }

  async function advance(ms: number): Promise<void> {
    if (!isVirtualClock(clock)) throw new Error('Only a virtual clock can be moved ahead.');
    const targetMs = clock.nowMs() + ms;
    for (;;) {
      await settle();
      const dueMs = await database.transact((tx) => findNextDueMs(tx, tx.nowMs));
      if (dueMs === null || dueMs > targetMs) break;
      clock.advanceTo(dueMs);
    }
    clock.advanceTo(targetMs);
    await settle();
  }

  const core: ApiCore = {
    ...{ database, clock, log, signingKey, commit, advance },
    settle: () => settle(),
    eventKeys: options.eventKeys ?? null,
  };
  const syncLoop = createSyncLoop(options.apps ?? [], sync, log);

  return {
    async start() {
      await createSchema(database);
      if (isVirtualClock(clock)) clock.advanceTo((await database.transact(findLastReceiptMs)) ?? 0);
      server = await listen(createApi(core), options.port ?? 0);
      loop.start();
      syncLoop.start();
      retention = setInterval(() => database.transact(removeExpired).catch(() => {}), retentionIntervalMs);
      return { url: server.url };
    },
    async stop() {
      clearInterval(retention);
      await Promise.all([syncLoop.stop(stopGraceMs), loop.stop(stopGraceMs)]);
      isStopping = true;
      await server?.close();
      await database.close();
    },
    sync,
    async send(events) {
      const parsed = incomingEventSchema.array().parse(Array.isArray(events) ? events : [events]);
      return await commit((tx) => storeEvents(tx, parsed));
    },
    settle,
    advance,
    runs: createRunsApi(commit),
  };
}
