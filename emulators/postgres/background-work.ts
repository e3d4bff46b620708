// Does from outside what the background processes of pg_cron and pg_net do inside a hosted Postgres. Only one
// worker is active at a time, and it starts over whenever the database was down.
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { closeInterruptedRuns, sessionOptions, startCronRunner } from './cron-runner.ts';
import { startRequestSender } from './request-sender.ts';

const tickMs = 200;
const reconnectMs = 500;

/**
 * Works until `signal` is aborted, then finishes what is in progress and resolves. Never gives up on the
 * database.
 * @param superuserUrl the database whose jobs and requests are processed
 */
export async function doBackgroundWork(options: {
  superuserUrl: string;
  signal: AbortSignal;
  onReady: () => void;
  onProblem: (message: string) => void;
}): Promise<void> {
  let isReported = false;
  while (!options.signal.aborted) {
    try {
      await workOnce(options.superuserUrl, options.signal, () => {
        isReported = false;
        options.onReady();
      });
    } catch (error) {
      if (options.signal.aborted) return;
      if (!isReported) options.onProblem(`The database is down: ${describe(error)}`);
      isReported = true;
      await delay(reconnectMs);
    }
  }
}

/** Works over one uninterrupted connection; throws if it is lost. */
async function workOnce(superuserUrl: string, signal: AbortSignal, onReady: () => void): Promise<void> {
  let reportLoss: (error: unknown) => void = () => {};
  const isOver = new Promise<void>((resolve, reject) => {
    reportLoss = reject;
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  isOver.catch(() => {});
  // Only this connection holds the lock, so losing it means that another worker may take over.
  const leader = postgres(superuserUrl, {
    ...sessionOptions,
    max: 1,
    onclose: () => reportLoss(new Error('The connection was closed.')),
  });
  const sql = postgres(superuserUrl, { ...sessionOptions, max: 10 });
  const stops: (() => Promise<void>)[] = [];
  try {
    await Promise.race([isOver, leader`select pg_advisory_lock(hashtext('background-worker'))`]);
    if (signal.aborted) return;
    await closeInterruptedRuns(sql);
    stops.push(startCronRunner({ superuserUrl, sql, tickMs, onError: reportLoss }));
    stops.push(startRequestSender({ sql, onError: reportLoss }));
    onReady();
    await isOver;
  } finally {
    await Promise.race([Promise.allSettled(stops.map((stop) => stop())), delay(2000)]);
    await Promise.all([leader.end({ timeout: 0 }), sql.end({ timeout: 0 })]);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
