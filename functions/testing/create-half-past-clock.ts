import { createVirtualClock } from '#emulators/inngest/clock.ts';

const hourMs = 3_600_000;

/** A virtual clock that starts at half past an hour: the runs that start every hour are some while away, at any time of day. */
export function createHalfPastClock() {
  const clock = createVirtualClock();
  clock.advanceTo((Math.floor(Date.now() / hourMs) + 1.5) * hourMs);
  return clock;
}
