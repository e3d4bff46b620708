import type { Write } from '#emulators/process/append-file.ts';
import { LogFolder } from './log-folder.ts';
import type { Part } from './part.ts';
import { PartProcess } from './part-process.ts';
import { startReaper } from './start-reaper.ts';
import { type Patience, SupervisedPart } from './supervised-part.ts';

const usualPatience: Patience = {
  startMs: 120_000,
  graceMs: 8000,
  pauseMs: 250,
  pauseMaxMs: 10_000,
  calmMs: 30_000,
  toldCount: 5,
};

interface SupervisorOptions {
  logDirectory: string;
  print: (line: string) => void;
  /** Redacts secrets from a line, in logs and on the terminal. */
  redact?: (line: string) => string;
  patience?: Partial<Patience>;
  /** How logs are written; replaced in tests. */
  write?: Write;
}

/** Keeps the processes of a stack running, independently of each other, and ends them together. */
export class Supervisor {
  readonly #parts = new Map<string, SupervisedPart>();
  readonly #reaper = startReaper();
  readonly #logs: LogFolder;
  readonly #print: (line: string) => void;
  readonly #patience: Patience;
  #stopped: Promise<void> | null = null;

  constructor({ redact = (line) => line, ...options }: SupervisorOptions) {
    this.#print = (line) => options.print(redact(line));
    this.#patience = { ...usualPatience, ...options.patience };
    this.#logs = new LogFolder({ ...options, redact, directory: options.logDirectory, print: this.#print });
  }

  /** Starts a process and resolves when it is ready. Throws one sentence if it ends before that. */
  async start(part: Part): Promise<void> {
    if (this.#stopped) throw new Error('The stack is being stopped.');
    const log = this.#logs.open(part.name);
    const supervised = new SupervisedPart(part, {
      launch: ({ command, environment, directory }, onLine) =>
        new PartProcess({ command, environment, directory, onLine, log, reaper: this.#reaper }),
      logFile: this.#logs.find(part.name),
      patience: this.#patience,
      print: this.#print,
    });
    this.#parts.set(part.name, supervised);
    await supervised.start();
  }

  /** The process of that name. Throws if the stack has none. */
  get(name: string): SupervisedPart {
    const part = this.#parts.get(name);
    if (!part) throw new Error(`The stack has no part named ${name}.`);
    return part;
  }

  /** The process id of each running process. */
  listProcesses(): Record<string, number> {
    const running = [...this.#parts].flatMap(([name, { pid }]) => (pid === undefined ? [] : [[name, pid]]));
    return Object.fromEntries(running);
  }

  /** Ends every process, `last` after all others. Safe to call at any time, repeatedly. */
  async stop(last: string): Promise<void> {
    this.#stopped ??= this.#stopParts(last);
    await this.#stopped;
  }

  async #stopParts(last: string): Promise<void> {
    const others = [...this.#parts].filter(([name]) => name !== last);
    await Promise.all(others.map(([, part]) => part.suspend()));
    await this.#parts.get(last)?.suspend();
    this.#logs.close();
    this.#reaper.dismiss();
  }
}
