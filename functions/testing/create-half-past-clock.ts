import { createVirtualClock } from '#emulators/inngest/clock.ts';

const hourMs = 3_600_000;

/** A virtual clock that starts at half past an hour, so hourly runs are not due soon, whatever the time of day. */
export function createHalfPastClock() {
  const clock = createVirtualClock();
  clock.advanceTo((Math.floor(Date.now() / hourMs) + 1.5) * hourMs);
  return clock;
}
