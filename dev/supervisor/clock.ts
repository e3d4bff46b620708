import { setTimeout as delay } from 'node:timers/promises';

/** The supervisor's clock; virtual in tests. */
export interface Clock {
  now: () => number;
  /** Resolves true when the time has passed, false as soon as the signal is aborted. */
  wait: (milliseconds: number, signal: AbortSignal) => Promise<boolean>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wait: (milliseconds, signal) =>
    delay(milliseconds, undefined, { signal }).then(
      () => true,
      () => false,
    ),
};
