/** Viewers that fell behind together are spread over this span. */
const defaultJitterMs = 1_500;

/** Reads something again when asked: once, however often it is asked meanwhile, and never twice at a time. */
export class Reread {
  readonly #read: () => Promise<void>;
  readonly #onchange: (isPending: boolean) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isReading = false;
  #deferred: (() => void)[] = [];

  /** @param onchange told when a read is asked for, and when there is none left to do */
  constructor(read: () => Promise<void>, onchange: (isPending: boolean) => void = () => {}) {
    this.#read = read;
    this.#onchange = onchange;
  }

  request(jitterMs = defaultJitterMs): void {
    this.#onchange(true);
    if (this.#isReading) return;
    this.#timer ??= setTimeout(() => void this.#run(), Math.random() * jitterMs);
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
    this.#onchange(false);
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#isReading = true;
    try {
      await this.#read();
      this.#onchange(false);
    } catch {
      // Still behind: whatever shows next that something is missing asks again.
    } finally {
      this.#isReading = false;
      for (const task of this.#deferred.splice(0)) task();
    }
  }
}
