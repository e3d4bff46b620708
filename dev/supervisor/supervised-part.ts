import { type Clock, systemClock } from './clock.ts';
import type { Part } from './part.ts';
import type { PartExit, PartRun } from './part-process.ts';

/** The supervisor's timeouts; shorter in tests. */
export interface Patience {
  /** To become ready. */
  startMs: number;
  /** The time to end after being asked to. */
  graceMs: number;
  /** Delay before the first restart; doubles with every consecutive crash up to the maximum. */
  pauseMs: number;
  pauseMaxMs: number;
  /** After a run this long, earlier crashes are forgotten. */
  calmMs: number;
  /**
   * Consecutive crashes that are reported one by one; after that, one message reports that the process keeps
   * crashing.
   */
  toldCount: number;
}

/** What a supervised process needs from the supervisor. */
export interface SupervisedPartTools {
  launch: (part: Part, onLine: (line: string) => void) => PartRun;
  /** Path of its log, for people. */
  logFile: string;
  patience: Patience;
  print: (line: string) => void;
  clock?: Clock;
}

/**
 * One supervised process: restarted whenever it ends, until it is suspended or stopped. Its failures never
 * affect other processes.
 */
export class SupervisedPart {
  readonly #part: Part;
  readonly #tools: SupervisedPartTools;
  readonly #clock: Clock;
  #run: PartRun | null = null;
  #loop: Promise<void> = Promise.resolve();
  #ending = new AbortController();
  #isReady = false;
  #crashCount = 0;
  #onReady: (() => void)[] = [];

  constructor(part: Part, tools: SupervisedPartTools) {
    this.#part = part;
    this.#tools = tools;
    this.#clock = tools.clock ?? systemClock;
  }

  get pid(): number | undefined {
    return this.#run?.pid;
  }

  /**
   * Starts the process and resolves when it is ready. Throws one sentence if its first run ends before that.
   */
  async start(): Promise<void> {
    this.#ending = new AbortController();
    this.#crashCount = 0;
    const run = this.#launch();
    if (!(await this.#waitForReadiness(run))) {
      const hasEnded = run.hasExited;
      await run.kill();
      const exit = await run.exited;
      this.#run = null;
      const { startMs } = this.#tools.patience;
      const what = hasEnded ? describeExit(exit) : `it was not ready after ${startMs / 1000} s`;
      throw new Error(`${this.#part.name} could not start: ${what}. Its log: ${this.#tools.logFile}`);
    }
    this.#loop = this.#keepRunning(run, this.#ending.signal);
  }

  /** Kills the current run, as a crash would. */
  async kill(): Promise<void> {
    this.#isReady = false;
    await this.#run?.kill();
  }

  /** Stops the process and keeps it off until it is resumed. */
  async suspend(): Promise<void> {
    this.#ending.abort();
    this.#isReady = false;
    await this.#run?.stop(this.#tools.patience.graceMs);
    await this.#loop;
  }

  /** Resolves when the process is ready. Throws if that takes longer than a start may. */
  async waitUntilReady(): Promise<void> {
    if (this.#isReady) return;
    const waiting = new AbortController();
    const ready = new Promise<boolean>((resolve) => {
      this.#onReady.push(() => resolve(true));
    });
    const late = this.#clock.wait(this.#tools.patience.startMs, waiting.signal).then(() => false);
    const isReady = await Promise.race([ready, late]);
    waiting.abort();
    if (!isReady) throw new Error(`${this.#part.name} was not ready in time.`);
  }

  /** Waits for a ready run to end, then starts the next, until `ending` is aborted. */
  async #keepRunning(firstRun: PartRun, ending: AbortSignal): Promise<void> {
    let run = firstRun;
    for (let isReady = true; ; isReady = await this.#waitForReadiness(run)) {
      if (isReady && !ending.aborted) this.#enjoy(run);
      else await run.kill();
      const exit = await run.exited;
      this.#isReady = false;
      this.#run = null;
      if (ending.aborted) return;
      this.#crashCount += 1;
      this.#tellOfCrash(exit);
      await this.#clock.wait(this.#nextPauseMs(), ending);
      if (ending.aborted) return;
      run = this.#launch();
    }
  }

  /** A long run resets the crash count. */
  #enjoy(run: PartRun): void {
    this.#isReady = true;
    for (const tell of this.#onReady.splice(0)) tell();
    const { calmMs, toldCount } = this.#tools.patience;
    const isHopeless = this.#crashCount >= toldCount;
    if (this.#crashCount > 0 && !isHopeless) this.#tools.print(`${this.#part.name} runs again.`);
    const over = new AbortController();
    void run.exited.then(() => over.abort());
    void this.#clock.wait(calmMs, over.signal).then((isCalm) => {
      if (!isCalm) return;
      this.#crashCount = 0;
      if (isHopeless) this.#tools.print(`${this.#part.name} runs again.`);
    });
  }

  #nextPauseMs(): number {
    const { pauseMs, pauseMaxMs } = this.#tools.patience;
    return Math.min(pauseMs * 2 ** (this.#crashCount - 1), pauseMaxMs);
  }

  #tellOfCrash(exit: PartExit): void {
    const { print, patience, logFile } = this.#tools;
    const { name } = this.#part;
    const how = describeExit(exit);
    if (this.#crashCount < patience.toldCount) print(`${name} stopped: ${how}. Restarting it.`);
    if (this.#crashCount !== patience.toldCount) return;
    print(
      `${name} keeps stopping (${this.#crashCount} times in a row): ${how}. It is started again every ${
        patience.pauseMaxMs / 1000
      } s, and everything else runs on. Its log: ${logFile}`,
    );
  }

  #launch(): PartRun {
    const { signal } = this.#ending;
    const { print, patience } = this.#tools;
    const run = this.#tools.launch(this.#part, (line) => {
      // A process that keeps crashing must not fill the terminal with the same lines.
      const isWorthTelling = !signal.aborted && this.#crashCount < patience.toldCount;
      if (isWorthTelling && this.#part.isWarning(line)) print(`${this.#part.name}: ${line}`);
    });
    this.#run = run;
    return run;
  }

  async #waitForReadiness(run: PartRun): Promise<boolean> {
    const waiting = new AbortController();
    const late = this.#clock.wait(this.#tools.patience.startMs, waiting.signal).then(() => false);
    const isReady = await Promise.race([run.waitForReadyLine(), late]);
    waiting.abort();
    return isReady;
  }
}

function describeExit({ code, signal, lastLine }: PartExit): string {
  const how = signal ? `killed by ${signal}` : `exit code ${code}`;
  return lastLine ? `${how}, ${lastLine}` : how;
}
