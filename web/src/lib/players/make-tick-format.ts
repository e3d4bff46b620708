import { formatClock, formatDay } from '#lib/text/format-time.ts';

const dayMs = 86_400_000;

/** How to write moments on an axis: as times within two days, as days over a longer span. UTC. */
export function makeTickFormat(moments: readonly Date[]): (moment: Date) => string {
  const times = moments.map((moment) => moment.getTime());
  const isShort = times.length > 0 && Math.max(...times) - Math.min(...times) < 2 * dayMs;
  return (moment) => (isShort ? formatClock(moment.toISOString()).slice(0, 5) : formatDay(moment));
}
