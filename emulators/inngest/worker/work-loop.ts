import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../process/log.ts';
import { claimJobs, renewLeases } from '../store/claim-jobs.ts';
import { type Database, lockFor } from '../store/database.ts';
import { findFreeDueMs, type Job } from '../store/jobs.ts';
import { isCallJob } from './perform-job.ts';

interface WorkLoop {
  start(): void;
  /** Stops claiming and waits for the work in progress, up to the given time. */
  stop(graceMs: number): Promise<void>;
  /** Looks for work now instead of at the next poll. */
  wake(): void;
}

interface WorkLoopOptions {
  database: Database;
  perform: (job: Job) => Promise<void>;
  log: Log;
  /** How long a crashed engine's work stays its own. */
  leaseMs: number;
  maxCalls: number;
}

const maxInternalJobs = 25;
const pollMs = 500;
const outageRetryMs = 300;

/**
 * Claims due jobs and performs them: calls concurrently, everything else sequentially. Code in this process
 * that adds work notifies the loop; polling finds work of other processes and what has become due.
 */
export function createWorkLoop({ database, perform, log, leaseMs, maxCalls }: WorkLoopOptions): WorkLoop {
  const held = new Map<string, Job>();
  let isStopping = false;
  let isOutage = false;
  let isWoken = false;
  let endIdling = () => {};
  let internalChain: Promise<unknown> = Promise.resolve();
  let running: Promise<void> = Promise.resolve();
  let renewal: NodeJS.Timeout | undefined;

  function wake(): void {
    isWoken = true;
    endIdling();
  }

  async function idle(waitMs: number): Promise<void> {
    if (isWoken || isStopping) return;
    const ended = new AbortController();
    endIdling = () => ended.abort();
    await delay(waitMs, undefined, { signal: ended.signal }).catch(() => {});
  }

  function launch(job: Job): void {
    held.set(job.id, job);
    const attempt = async () => {
      try {
        await perform(job);
      } catch (error) {
        log('warn', 'A job could not be released; its lease will lapse.', { job: job.key, error });
      } finally {
        held.delete(job.id);
        wake();
      }
    };
    if (isCallJob(job)) attempt();
    else internalChain = internalChain.then(attempt);
  }

  /** Claims what fits and returns how long to wait if nothing did. */
  async function claim(): Promise<{ jobs: Job[]; waitMs: number }> {
    const callCount = [...held.values()].filter(isCallJob).length;
    const heldIds = [...held.keys()];
    return await database.transact(async (tx) => {
      const dueInMs = ((await findFreeDueMs(tx)) ?? Number.POSITIVE_INFINITY) - tx.nowMs;
      if (dueInMs > 0) return { jobs: [], waitMs: Math.min(dueInMs, pollMs) };
      await lockFor(tx.sql, 'claim');
      const internalSlots = maxInternalJobs - (held.size - callCount);
      const internal = await claimJobs(tx, { isCall: false, slotCount: internalSlots, heldIds, leaseMs });
      const calls = await claimJobs(tx, { isCall: true, slotCount: maxCalls - callCount, heldIds, leaseMs });
      return { jobs: [...internal, ...calls], waitMs: pollMs };
    });
  }

  async function work(): Promise<void> {
    while (!isStopping) {
      isWoken = false;
      try {
        const { jobs, waitMs } = await claim();
        if (isOutage) log('info', 'The database is back.');
        isOutage = false;
        for (const job of jobs) launch(job);
        if (jobs.length === 0) await idle(waitMs);
      } catch (error) {
        if (!isOutage) log('info', 'The database is down; retrying until it is back.', { error });
        isOutage = true;
        await delay(outageRetryMs);
      }
    }
  }

  async function renew(): Promise<void> {
    if (held.size === 0) return;
    await database.transact((tx) => renewLeases(tx, [...held.values()], leaseMs)).catch(() => {});
  }

  return {
    start() {
      running = work();
      renewal = setInterval(renew, Math.ceil(leaseMs / 3));
    },
    async stop(graceMs) {
      isStopping = true;
      wake();
      const drained = (async () => {
        await running;
        while (held.size > 0) await delay(10);
      })();
      await Promise.race([drained, delay(graceMs)]);
      clearInterval(renewal);
    },
    wake,
  };
}
