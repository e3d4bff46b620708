/** Viewers that fell behind together are spread over this span. */
const defaultJitterMs = 1_500;

/** Rereads on request; concurrent requests are coalesced, and reads never overlap. */
export class Reread {
  readonly #read: () => Promise<void>;
  readonly #onchange: (isPending: boolean) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isReading = false;
  #deferred: (() => void)[] = [];

  /**
   * @param onchange called when a reread is requested, and when none is left
   */
  constructor(read: () => Promise<void>, onchange: (isPending: boolean) => void = () => {}) {
    this.#read = read;
    this.#onchange = onchange;
  }

  request(jitterMs = defaultJitterMs): void {
    this.#onchange(true);
    if (this.#isReading) return;
    this.#timer ??= setTimeout(() => void this.#run(), Math.random() * jitterMs);
  }

  /** Runs work now, or after the read in progress, in the order of the requests. */
  afterwards(task: () => void): void {
    if (this.#isReading) this.#deferred.push(task);
    else task();
  }

  /** Cancels a read that has not begun. */
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
      // Still behind: the next sign that something is missing requests another reread.
    } finally {
      this.#isReading = false;
      for (const task of this.#deferred.splice(0)) task();
    }
  }
}
