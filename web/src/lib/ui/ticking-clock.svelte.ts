/** The time, renewed each second while somebody looks at it. Null until the page is hydrated. */
export class TickingClock {
  #nowMs = $state<number | null>(null);

  get nowMs(): number | null {
    return this.#nowMs;
  }

  /** Starts ticking until the returned function is called. */
  start(): () => void {
    this.#nowMs = Date.now();
    const timer = setInterval(() => {
      this.#nowMs = Date.now();
    }, 1_000);
    return () => clearInterval(timer);
  }
}
