import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { Reaper } from '../supervisor/start-reaper.ts';
import { type Counts, judgeSuite } from './count-results.ts';

/** One program that runs tests and writes a report. */
export interface Suite {
  name: string;
  command: readonly string[];
  reportFile: string;
  count: (report: unknown) => Counts;
  /** Whether it runs on a whole stack. */
  needsStack?: boolean;
}

/** A suite that takes longer hangs. */
const suiteMs = 900_000;
const graceMs = 15_000;

/**
 * Runs a suite with its output on the terminal and counts its report. Nothing it started outlives it, and it does not
 * outlive this process. Never throws: a broken suite is a failure.
 */
export async function runSuite(
  suite: Suite,
  options: { directory: string; temporaryDirectory: string; signal: AbortSignal; reaper: Reaper },
): Promise<Counts> {
  const { directory, temporaryDirectory, signal, reaper } = options;
  const [file = '', ...args] = suite.command;
  const child = spawn(file, args, {
    cwd: directory,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, TMPDIR: temporaryDirectory },
  });
  const { pid } = child;
  if (pid !== undefined) reaper.add(pid);
  const signalGroup = (name: NodeJS.Signals): void => {
    try {
      if (pid !== undefined) process.kill(-pid, name);
    } catch {
      // Nobody of the group is left.
    }
  };
  const stop = (): void => {
    signalGroup('SIGTERM');
    setTimeout(() => signalGroup('SIGKILL'), graceMs).unref();
  };
  const timeout = setTimeout(() => {
    console.error(`${suite.name} takes more than ${suiteMs / 60_000} minutes and is ended.`);
    stop();
  }, suiteMs);
  signal.addEventListener('abort', stop);
  const exitCode = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      console.error(`${suite.name} could not be started: ${error.message}`);
      resolve(null);
    });
    child.once('exit', (code) => resolve(code));
  });
  signalGroup('SIGKILL');
  if (pid !== undefined) reaper.remove(pid);
  clearTimeout(timeout);
  signal.removeEventListener('abort', stop);
  return judgeSuite(readCounts(suite), exitCode);
}

function readCounts({ name, reportFile, count }: Suite): Counts | null {
  if (!existsSync(reportFile)) return null;
  try {
    return count(JSON.parse(readFileSync(reportFile, 'utf8')));
  } catch (error) {
    console.error(`The report of ${name} cannot be read: ${String(error)}`);
    return null;
  }
}
