/** The sandbox's time: the machine's time plus what tests have advanced. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Advances time and runs everything that became due, in order. */
  advance(durationMs: number): void;
  /** Runs something after a delay on this clock; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

interface Timer {
  dueAtMs: number;
  run: () => void;
  handle: NodeJS.Timeout;
}

/**
 * A clock that follows the machine's time, starting `offsetMs` ahead of it.
 * @param onFault receives errors of delayed work that nobody awaits
 */
export function createClock(offsetMs: number, onFault: (error: unknown) => void): Clock {
  let offset = offsetMs;
  const timers = new Set<Timer>();
  const now = (): number => Date.now() + offset;

  function fire(timer: Timer): void {
    clearTimeout(timer.handle);
    if (!timers.delete(timer)) return;
    try {
      timer.run();
    } catch (error) {
      onFault(error);
    }
  }

  return {
    now,
    advance(durationMs) {
      offset += durationMs;
      const due = [...timers].filter((timer) => timer.dueAtMs <= now());
      for (const timer of due.sort((a, b) => a.dueAtMs - b.dueAtMs)) fire(timer);
    },
    after(delayMs, run) {
      const timer: Timer = {
        dueAtMs: now() + delayMs,
        run,
        handle: setTimeout(() => fire(timer), delayMs),
      };
      timers.add(timer);
      return () => {
        clearTimeout(timer.handle);
        timers.delete(timer);
      };
    },
  };
}
