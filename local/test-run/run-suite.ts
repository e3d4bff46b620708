import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { type Counts, judgeSuite } from './count-results.ts';

/** One program that runs tests and writes a report. */
export interface Suite {
  name: string;
  command: readonly string[];
  reportFile: string;
  count: (report: unknown) => Counts;
}

/** A suite that takes longer hangs. */
const suiteMs = 480_000;
const graceMs = 15_000;

/** Runs a suite with its output on the terminal and counts its report. Never throws: a broken suite is a failure. */
export async function runSuite(suite: Suite, directory: string, signal: AbortSignal): Promise<Counts> {
  const [file = '', ...args] = suite.command;
  const child = spawn(file, args, {
    cwd: directory,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NO_UPDATE_NOTIFIER: '1' },
  });
  const stop = (): void => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), graceMs).unref();
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
