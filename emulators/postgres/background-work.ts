// What pg_cron's and pg_net's background processes do inside a hosted Postgres, done from outside. Only one worker
// works at a time, and it starts afresh whenever the database was away.
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { closeInterruptedRuns, sessionOptions, startCronRunner } from './cron-runner.ts';
import { startRequestSender } from './request-sender.ts';

const tickMs = 200;
const reconnectMs = 500;

/**
 * Works until `signal` is aborted, then finishes what is under way and resolves. Never gives up on the database.
 * @param superuserUrl the database whose jobs and requests are worked on
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
      if (!isReported) options.onProblem(`The database is away: ${describe(error)}`);
      isReported = true;
      await delay(reconnectMs);
    }
  }
}

/** Works over one uninterrupted connection; throws when it is lost. */
async function workOnce(superuserUrl: string, signal: AbortSignal, onReady: () => void): Promise<void> {
  let reportLoss: (error: unknown) => void = () => {};
  const isOver = new Promise<void>((resolve, reject) => {
    reportLoss = reject;
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  isOver.catch(() => {});
  // The lock is held by this connection alone, so losing the connection means someone else may work now.
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
