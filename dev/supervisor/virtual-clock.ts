import type { Clock } from './clock.ts';

interface Waiting {
  atMs: number;
  finish: (hasPassed: boolean) => void;
}

/** A clock for tests: time advances only on demand, and everything due by then has happened. */
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

  /** Advances time, stopping at each moment that somebody waits for. */
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

/** Runs everything that is ready to run. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
