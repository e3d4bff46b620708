import { type Clock, systemClock } from './clock.ts';
import type { Part } from './part.ts';
import type { PartExit, PartRun } from './part-process.ts';

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
  /** Crashes in a row that are said one by one; then it is said once that there is no end of them. */
  toldCount: number;
}

/** What a supervised part needs from the supervisor. */
export interface SupervisedPartTools {
  launch: (part: Part, onLine: (line: string) => void) => PartRun;
  /** Where its log is, for people. */
  logFile: string;
  patience: Patience;
  print: (line: string) => void;
  clock?: Clock;
}

/**
 * One part that is kept running: started again when it ends by itself, for as long as it takes, until it is suspended
 * or stopped. Whatever happens to it ends no other part.
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

  /** Starts the part and resolves when it is ready. Throws one sentence when its first run ends before that. */
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

  /** Ends the current run as a crash would. */
  async kill(): Promise<void> {
    this.#isReady = false;
    await this.#run?.kill();
  }

  /** Ends the part and leaves it off until it is started again. */
  async suspend(): Promise<void> {
    this.#ending.abort();
    this.#isReady = false;
    await this.#run?.stop(this.#tools.patience.graceMs);
    await this.#loop;
  }

  /** Resolves when the part can be used. Throws when that takes longer than a start may. */
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

  /** Waits for a run that is ready to end, then starts the next, until `ending` is aborted. */
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

  /** A run that lasts is forgiven the crashes before it. */
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
    if (this.#crashCount < patience.toldCount) print(`${name} stopped: ${how}. Starting it again.`);
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
      // Of a part that keeps stopping nobody needs to read the same words every few seconds.
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
