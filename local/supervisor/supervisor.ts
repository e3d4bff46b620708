import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Part } from './part.ts';
import { startReaper } from './start-reaper.ts';
import { type Patience, SupervisedPart } from './supervised-part.ts';

const usualPatience: Patience = {
  startMs: 120_000,
  graceMs: 8000,
  pauseMs: 250,
  pauseMaxMs: 10_000,
  calmMs: 30_000,
  crashMax: 10,
};

/** Keeps the parts of a stack running and ends them together. */
export class Supervisor {
  /** Rejects when a part crashed too often to go on; never resolves. */
  readonly failed: Promise<never>;
  readonly #parts = new Map<string, SupervisedPart>();
  readonly #reaper = startReaper();
  readonly #logDirectory: string;
  readonly #print: (line: string) => void;
  readonly #patience: Patience;
  #giveUp: (error: Error) => void = () => {};
  #stopped: Promise<void> | null = null;

  constructor(options: {
    logDirectory: string;
    print: (line: string) => void;
    patience?: Partial<Patience>;
  }) {
    this.#logDirectory = options.logDirectory;
    this.#print = options.print;
    this.#patience = { ...usualPatience, ...options.patience };
    mkdirSync(options.logDirectory, { recursive: true });
    this.failed = new Promise((_resolve, reject) => {
      this.#giveUp = reject;
    });
    this.failed.catch(() => {});
  }

  /** Starts a part and resolves when it is ready. Throws one sentence when it ends before that. */
  async start(part: Part): Promise<void> {
    if (this.#stopped) throw new Error('The stack is being stopped.');
    const supervised = new SupervisedPart(part, {
      logFile: path.join(this.#logDirectory, `${part.name}.log`),
      reaper: this.#reaper,
      patience: this.#patience,
      print: this.#print,
      giveUp: (error) => this.#giveUp(error),
    });
    this.#parts.set(part.name, supervised);
    await supervised.start();
  }

  /** The part of that name. Throws when the stack has none. */
  get(name: string): SupervisedPart {
    const part = this.#parts.get(name);
    if (!part) throw new Error(`The stack has no part named ${name}.`);
    return part;
  }

  /** The process id of each part that runs. */
  listProcesses(): Record<string, number> {
    const running = [...this.#parts].flatMap(([name, { pid }]) => (pid === undefined ? [] : [[name, pid]]));
    return Object.fromEntries(running);
  }

  /** Ends every part, `last` after all others. Safe to call at any time and more than once. */
  async stop(last: string): Promise<void> {
    this.#stopped ??= this.#stopParts(last);
    await this.#stopped;
  }

  async #stopParts(last: string): Promise<void> {
    const others = [...this.#parts].filter(([name]) => name !== last);
    await Promise.all(others.map(([, part]) => part.stop()));
    await this.#parts.get(last)?.stop();
    this.#reaper.dismiss();
  }
}
