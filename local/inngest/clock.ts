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

export function createVirtualClock(): VirtualClock {
  let offsetMs = 0;
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
