/** Viewers that fell behind together read again at different moments within this span. */
const defaultSpreadMs = 1_500;

/** Reads something again when asked: once, however often it is asked meanwhile, and never twice at a time. */
export class Reread {
  readonly #read: () => Promise<void>;
  readonly #spreadMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isReading = false;
  #deferred: (() => void)[] = [];

  constructor(read: () => Promise<void>, spreadMs = defaultSpreadMs) {
    this.#read = read;
    this.#spreadMs = spreadMs;
  }

  request(): void {
    if (this.#isReading) return;
    this.#timer ??= setTimeout(() => void this.#run(), Math.random() * this.#spreadMs);
  }

  /** Does something now, or after the read that is under way, in the order in which it was asked for. */
  afterwards(task: () => void): void {
    if (this.#isReading) this.#deferred.push(task);
    else task();
  }

  /** Forgets a read that has not begun. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#isReading = true;
    try {
      await this.#read();
    } catch {
      // What could not be read now is asked for again by whatever shows next that it is missing.
    } finally {
      this.#isReading = false;
      for (const task of this.#deferred.splice(0)) task();
    }
  }
}
