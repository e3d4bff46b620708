/** The engine's time source for everything that is due later. Leases use the database's clock. */
export interface Clock {
  nowMs(): number;
}

/** A clock that can be moved ahead, so tests fire time-outs without waiting. */
interface VirtualClock extends Clock {
  /** Moves ahead to the given Unix time in milliseconds; never moves back. */
  advanceTo(atMs: number): void;
}

export const systemClock: Clock = { nowMs: () => Date.now() };

/** A clock that otherwise ticks like the real one. */
export function createVirtualClock(): VirtualClock {
  let offsetMs = 0;
  return {
    nowMs: () => Date.now() + offsetMs,
    advanceTo(atMs) {
      offsetMs = Math.max(offsetMs, atMs - Date.now());
    },
  };
}

/** A clock that stands still until it is moved ahead. */
export function createStillClock(atMs: number): VirtualClock {
  let nowMs = atMs;
  return {
    nowMs: () => nowMs,
    advanceTo(laterMs) {
      nowMs = Math.max(nowMs, laterMs);
    },
  };
}

export function isVirtualClock(clock: Clock): clock is VirtualClock {
  return 'advanceTo' in clock;
}
