import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { PartLog } from './part-log.ts';
import type { Reaper } from './start-reaper.ts';

// "ready …", {"event":"ready"} or the output of SvelteKit's server and Vite.
const readyPattern = /^ready\b|"ready"|^Listening on |ready in \d+ ms/;

/** How one run of a process ended. */
export interface PartExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  lastLine: string;
}

/** One run of a process, as the supervisor sees it. */
export interface PartRun {
  readonly pid: number | undefined;
  readonly hasExited: boolean;
  readonly exited: Promise<PartExit>;
  /** Resolves true when the process reports that it is ready, false if it ends first. */
  waitForReadyLine: () => Promise<boolean>;
  /** Asks the process to end and kills it after `graceMs`. Resolves when its whole group is gone. */
  stop: (graceMs: number) => Promise<void>;
  /** Kills the process at once, as a crash would. */
  kill: () => Promise<void>;
}

/** One run of a process with all its children: they form a process group that ends together. */
export class PartProcess implements PartRun {
  readonly exited: Promise<PartExit>;
  readonly #child: ChildProcess;
  readonly #readyLine: Promise<void>;
  #hasExited = false;
  #lastLine = '';

  constructor(options: {
    command: readonly string[];
    environment: Record<string, string>;
    directory: string;
    log: PartLog;
    reaper: Reaper;
    onLine: (line: string) => void;
  }) {
    const [file = '', ...args] = options.command;
    this.#child = spawn(file, args, {
      cwd: options.directory,
      env: options.environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { pid } = this.#child;
    if (pid !== undefined) options.reaper.add(pid);
    this.#readyLine = new Promise((resolve) => {
      this.#readLines(options.log, (line, isError) => {
        if (isError && line.trim() !== '') this.#lastLine = line.trim();
        if (readyPattern.test(line)) resolve();
        options.onLine(line);
      });
    });
    this.exited = new Promise((resolve) => {
      const finish = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.#hasExited = true;
        // Its children must not outlive it.
        this.#signalGroup('SIGKILL');
        if (pid !== undefined) options.reaper.remove(pid);
        resolve({ code, signal, lastLine: this.#lastLine });
      };
      this.#child.once('close', finish);
      this.#child.once('exit', () => this.#signalGroup('SIGKILL'));
      this.#child.once('error', (error) => {
        this.#lastLine = error.message;
        if (pid === undefined) finish(null, null);
      });
    });
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async waitForReadyLine(): Promise<boolean> {
    return await Promise.race([this.#readyLine.then(() => true), this.exited.then(() => false)]);
  }

  async stop(graceMs: number): Promise<void> {
    if (!this.#hasExited) this.#child.kill('SIGTERM');
    const ending = new AbortController();
    const force = delay(graceMs, undefined, { signal: ending.signal }).then(
      () => this.#signalGroup('SIGKILL'),
      () => {},
    );
    await this.exited;
    ending.abort();
    await force;
  }

  async kill(): Promise<void> {
    this.#signalGroup('SIGKILL');
    await this.exited;
  }

  #signalGroup(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // The group is already empty.
    }
  }

  #readLines(log: PartLog, onLine: (line: string, isError: boolean) => void): void {
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (!stream) continue;
      createInterface(stream).on('line', (line) => {
        log.write(line);
        onLine(line, stream === this.#child.stderr);
      });
    }
  }
}
