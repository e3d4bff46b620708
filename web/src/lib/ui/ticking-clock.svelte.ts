/** The current time, updated every second while the page is visible. Null until hydration. */
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
