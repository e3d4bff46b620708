import { createWriteStream, rmSync, statSync, type WriteStream } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from './part.ts';
import { type PartExit, PartProcess } from './part-process.ts';
import type { Reaper } from './start-reaper.ts';

/** How patient the supervisor is; shorter in tests. */
export interface Patience {
  /** To get ready. */
  startMs: number;
  /** To end when asked to. */
  graceMs: number;
  /** Before the first new start; doubles with every crash in a row up to the maximum. */
  pauseMs: number;
  pauseMaxMs: number;
  /** A run this long forgives the crashes before it. */
  calmMs: number;
  crashMax: number;
}

const pollMs = 20;
const logByteMax = 5_000_000;

/** One part that is kept running: started again when it ends by itself, until it is suspended or stopped. */
export class SupervisedPart {
  readonly #part: Part;
  readonly #tools: SupervisedPartTools;
  readonly #log: WriteStream;
  readonly #stopping = new AbortController();
  #run: PartProcess | null = null;
  #loop: Promise<void> = Promise.resolve();
  #isReady = false;
  #isWanted = false;

  constructor(part: Part, tools: SupervisedPartTools) {
    this.#part = part;
    this.#tools = tools;
    const size = statSync(tools.logFile, { throwIfNoEntry: false })?.size ?? 0;
    if (size > logByteMax) rmSync(tools.logFile);
    this.#log = createWriteStream(tools.logFile, { flags: 'a' });
  }

  get pid(): number | undefined {
    return this.#run?.pid;
  }

  /** Starts the part and resolves when it is ready. Throws one sentence when its first run ends before that. */
  async start(): Promise<void> {
    this.#isWanted = true;
    await new Promise<void>((resolve, reject) => {
      this.#loop = this.#keepRunning(resolve, reject);
    });
  }

  /** Ends the current run as a crash would. */
  async kill(): Promise<void> {
    this.#isReady = false;
    await this.#run?.kill();
  }

  /** Ends the part and leaves it off until it is started again. */
  async suspend(): Promise<void> {
    this.#isWanted = false;
    this.#isReady = false;
    await this.#run?.stop(this.#tools.patience.graceMs);
    await this.#loop;
  }

  /** Ends the part for good. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.suspend();
    await new Promise<void>((resolve) => this.#log.end(resolve));
  }

  /** Resolves when the part can be used. Throws when that takes longer than a start may. */
  async waitUntilReady(): Promise<void> {
    const deadline = Date.now() + this.#tools.patience.startMs;
    while (!this.#isReady) {
      if (Date.now() > deadline) throw new Error(`${this.#part.name} was not ready in time.`);
      await delay(pollMs);
    }
  }

  async #keepRunning(onFirstReady: () => void, onFirstFailure: (error: Error) => void): Promise<void> {
    const { patience, print, giveUp, logFile } = this.#tools;
    const { name } = this.#part;
    let crashCount = 0;
    let hasBeenReady = false;
    while (this.#isWanted) {
      const run = this.#launch();
      const isReady = await this.#waitForReadiness(run);
      const hasEnded = run.hasExited;
      const readySince = Date.now();
      if (isReady && this.#isWanted) {
        this.#isReady = true;
        if (hasBeenReady) print(`${name} runs again.`);
        hasBeenReady = true;
        onFirstReady();
      } else if (!isReady) {
        await run.kill();
      }
      const exit = await run.exited;
      this.#isReady = false;
      this.#run = null;
      if (!hasBeenReady) {
        this.#isWanted = false;
        const what = hasEnded ? describeExit(exit) : `it was not ready after ${patience.startMs / 1000} s`;
        onFirstFailure(new Error(`${name} could not start: ${what}. Its log: ${logFile}`));
        return;
      }
      if (!this.#isWanted) return;
      crashCount = isReady && Date.now() - readySince > patience.calmMs ? 1 : crashCount + 1;
      if (crashCount > patience.crashMax) {
        giveUp(
          new Error(
            `${name} crashed ${crashCount} times in a row: ${describeExit(exit)}. Its log: ${logFile}`,
          ),
        );
        return;
      }
      print(`${name} stopped: ${describeExit(exit)}. Starting it again.`);
      await this.#pause(Math.min(patience.pauseMs * 2 ** (crashCount - 1), patience.pauseMaxMs));
    }
  }

  #launch(): PartProcess {
    const run = new PartProcess({
      ...this.#part,
      log: this.#log,
      reaper: this.#tools.reaper,
      onLine: (line) => {
        if (this.#isWanted && this.#part.isWarning(line)) this.#tools.print(`${this.#part.name}: ${line}`);
      },
    });
    this.#run = run;
    return run;
  }

  async #waitForReadiness(run: PartProcess): Promise<boolean> {
    const timer = new AbortController();
    const late = delay(this.#tools.patience.startMs, false, { signal: timer.signal }).catch(() => false);
    const isReady = await Promise.race([run.waitForReadyLine(), late]);
    timer.abort();
    return isReady;
  }

  async #pause(pauseMs: number): Promise<void> {
    await delay(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }
}

/** What a supervised part needs from the supervisor. */
export interface SupervisedPartTools {
  logFile: string;
  reaper: Reaper;
  patience: Patience;
  print: (line: string) => void;
  giveUp: (error: Error) => void;
}

function describeExit({ code, signal, lastLine }: PartExit): string {
  const how = signal ? `killed by ${signal}` : `exit code ${code}`;
  return lastLine ? `${how}, ${lastLine}` : how;
}
