import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Reaper } from '../supervisor/start-reaper.ts';
import { judgeSuite, type Outcome } from './count-results.ts';
import type { Turn } from './take-turns.ts';

/** One program that runs tests and writes a report. */
export interface Suite {
  name: string;
  command: readonly string[];
  reportFile: string;
  count: (report: unknown) => Outcome;
  /** Whether it needs a whole stack. */
  needsStack?: boolean;
}

/** A suite that takes longer is stuck. */
const suiteMs = 900_000;
const graceMs = 15_000;
/** Number of characters kept from the end of its error output. */
const lastWordsChars = 4000;
const drainMs = 1000;

/**
 * Runs a suite, shows its output in the given turn and counts its report. Nothing it started outlives it, and it does
 * not outlive this process. Never throws: a broken suite is a failure.
 */
export async function runSuite(
  suite: Suite,
  options: {
    directory: string;
    temporaryDirectory: string;
    signal: AbortSignal;
    reaper: Reaper;
    turn: Turn;
  },
): Promise<Outcome> {
  const { directory, temporaryDirectory, signal, reaper, turn } = options;
  const [file = '', ...args] = suite.command;
  const child = spawn(file, args, {
    cwd: directory,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
      TMPDIR: temporaryDirectory,
    },
  });
  const { pid } = child;
  let lastWords = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => turn.write(chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    turn.write(chunk);
    lastWords = `${lastWords}${chunk}`.slice(-lastWordsChars);
  });
  if (pid !== undefined) reaper.add(pid);
  const signalGroup = (name: NodeJS.Signals): void => {
    try {
      if (pid !== undefined) process.kill(-pid, name);
    } catch {
      // The group is already empty.
    }
  };
  const stop = (): void => {
    signalGroup('SIGTERM');
    setTimeout(() => signalGroup('SIGKILL'), graceMs).unref();
  };
  const timeout = setTimeout(() => {
    turn.write(`${suite.name} took more than ${suiteMs / 60_000} minutes and was stopped.\n`);
    stop();
  }, suiteMs);
  signal.addEventListener('abort', stop);
  const exitCode = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      turn.write(`${suite.name} could not be started: ${error.message}\n`);
      resolve(null);
    });
    child.once('exit', (code) => resolve(code));
  });
  signalGroup('SIGKILL');
  // Its last output may still be in flight; a process that left the group may keep the pipe open forever.
  const drained = Promise.all([child.stdout, child.stderr].map((stream) => finished(stream).catch(() => {})));
  await Promise.race([drained, delay(drainMs, undefined, { ref: false })]);
  if (pid !== undefined) reaper.remove(pid);
  clearTimeout(timeout);
  signal.removeEventListener('abort', stop);
  return judgeSuite(readOutcome(suite), exitCode, lastWords);
}

function readOutcome({ name, reportFile, count }: Suite): Outcome | null {
  if (!existsSync(reportFile)) return null;
  try {
    return count(JSON.parse(readFileSync(reportFile, 'utf8')));
  } catch (error) {
    console.error(`The report of ${name} cannot be read: ${String(error)}`);
    return null;
  }
}
