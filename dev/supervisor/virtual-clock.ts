import type { Clock } from './clock.ts';

interface Waiting {
  atMs: number;
  finish: (hasPassed: boolean) => void;
}

/** A clock for tests: time passes when it is told to, and everything that then happens has happened. */
export class VirtualClock implements Clock {
  #nowMs = 0;
  #waiting: Waiting[] = [];

  now = (): number => this.#nowMs;

  wait = (milliseconds: number, signal: AbortSignal): Promise<boolean> =>
    new Promise((resolve) => {
      const waiting: Waiting = { atMs: this.#nowMs + milliseconds, finish: resolve };
      signal.addEventListener('abort', () => this.#finish(waiting, false), { once: true });
      this.#waiting.push(waiting);
      if (signal.aborted) this.#finish(waiting, false);
    });

  /** Lets time pass, stopping at each moment for which somebody waits. */
  async pass(milliseconds: number): Promise<void> {
    const endMs = this.#nowMs + milliseconds;
    await settle();
    for (;;) {
      const [next] = this.#waiting.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
      if (!next) break;
      this.#nowMs = next.atMs;
      this.#finish(next, true);
      await settle();
    }
    this.#nowMs = endMs;
  }

  #finish(waiting: Waiting, hasPassed: boolean): void {
    this.#waiting = this.#waiting.filter((other) => other !== waiting);
    waiting.finish(hasPassed);
  }
}

/** Lets everything happen that waits for nothing but its turn. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
