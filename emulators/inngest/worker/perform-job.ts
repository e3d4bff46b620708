import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../process/log.ts';
import { isEverySynced } from '../apps/synced-addresses.ts';
import type { AppAnswer } from '../protocol/app-answer.ts';
import { callApp } from '../protocol/call-app.ts';
import { applyAnswer } from '../steps/apply-answer.ts';
import { type Database, isConnectionLost, type Transaction } from '../store/database.ts';
import { callKinds, type Job, postponeJob } from '../store/jobs.ts';
import type { Backoff } from './backoff.ts';
import { beginCall } from './begin-call.ts';
import { performInternal } from './perform-internal.ts';

interface JobPerformer {
  database: Database;
  backoff: Backoff;
  signingKey: string | null;
  log: Log;
  /** The configured apps: until each was synced once, it is unknown what an event starts. */
  appUrls: readonly string[];
  /** Addresses that refused the last connection, so an outage is logged once. */
  unreachableUrls: Set<string>;
  /** True once the engine stops: do not wait for the database any longer. */
  isStopping: () => boolean;
}

const databaseRetryMs = 250;
const maxPostponementMs = 60_000;
/** The sync itself ends the wait; this covers a configuration that no longer names the app. */
const unsyncedWaitMs = 1_000;

export function isCallJob(job: Job): boolean {
  return callKinds.some((kind) => kind === job.kind);
}

/**
 * Writes an answer, however long the database is down: the step has run, and asking again would run it twice.
 * An answer that cannot be stored counts as a failed attempt.
 */
async function writeAnswer(performer: JobPerformer, job: Job, answer: AppAnswer): Promise<void> {
  const { database, backoff, log, isStopping } = performer;
  let current = answer;
  let isLogged = false;
  while (!isStopping()) {
    try {
      return await database.transact((tx) => applyAnswer(tx, job, current, backoff));
    } catch (error) {
      const message = String(error);
      if (!isLogged) log('info', 'An answer could not be written yet.', { job: job.key, error: message });
      isLogged = true;
      if (!isConnectionLost(error)) {
        if (current !== answer) throw error;
        current = {
          kind: 'failed',
          error: { name: 'Error', message },
          isRetriable: true,
          retryAfterMs: null,
        };
      } else {
        await delay(databaseRetryMs);
      }
    }
  }
}

function noteReachability({ unreachableUrls, log }: JobPerformer, url: string, answer: AppAnswer): void {
  if (answer.kind !== 'unreachable') {
    unreachableUrls.delete(url);
  } else if (!unreachableUrls.has(url)) {
    unreachableUrls.add(url);
    log('info', 'An application is unreachable.', { url, error: answer.message });
  }
}

async function performCall(performer: JobPerformer, job: Job): Promise<void> {
  const call = await performer.database.transact((tx) => beginCall(tx, job));
  if (call === null) return;
  const answer = await callApp(call, performer.signingKey);
  noteReachability(performer, call.url, answer);
  await writeAnswer(performer, job, answer);
}

/**
 * An event that arrives before the first sync of the apps waits for it, because it would otherwise start
 * nothing and be lost.
 */
async function performOrWait({ appUrls }: JobPerformer, tx: Transaction, job: Job): Promise<void> {
  if (job.kind !== 'route' || (await isEverySynced(tx, appUrls))) return await performInternal(tx, job);
  await postponeJob(tx, job, { run_at_ms: tx.nowMs + unsyncedWaitMs });
}

/** Performs one claimed job. A fault postpones it with increasing delays; it is never dropped. */
export async function performJob(performer: JobPerformer, job: Job): Promise<void> {
  try {
    if (isCallJob(job)) await performCall(performer, job);
    else await performer.database.transact((tx) => performOrWait(performer, tx, job));
  } catch (error) {
    if (isConnectionLost(error)) return; // its lease lapses, and it is redelivered
    performer.log('warn', 'A job failed and will be retried.', { job: job.key, error });
    await performer.database.transact(async (tx) => {
      const delayMs = Math.min(1_000 * 2 ** job.refusals, maxPostponementMs);
      const change = { run_at_ms: tx.nowMs + delayMs, refusals: job.refusals + 1, error: String(error) };
      await postponeJob(tx, job, change);
    });
  }
}
