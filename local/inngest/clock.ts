/** Where the engine reads the time for everything that is due later. Leases use the database's own clock. */
export interface Clock {
  nowMs(): number;
}

/** A clock that ticks like the real one and can be moved ahead, so that tests fire time-outs without waiting. */
interface VirtualClock extends Clock {
  /** Moves ahead to the given Unix time in milliseconds; never moves back. */
  advanceTo(atMs: number): void;
}

export const systemClock: Clock = { nowMs: () => Date.now() };

/** @param startAtMs The Unix time in milliseconds that it shows first. */
export function createVirtualClock(startAtMs = Date.now()): VirtualClock {
  let offsetMs = startAtMs - Date.now();
  return {
    nowMs: () => Date.now() + offsetMs,
    advanceTo(atMs) {
      offsetMs = Math.max(offsetMs, atMs - Date.now());
    },
  };
}

export function isVirtualClock(clock: Clock): clock is VirtualClock {
  return 'advanceTo' in clock;
}
