const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** For this many recent days, boards are refreshed often enough to show movement and history. */
const closeDayCount = 8;
/** More often towards the end. */
const closeHours = [22, 19, 16, 13, 10, 7, 5, 3, 2, 1, 0.5];

/**
 * The moments, in order, at which a past competition is published: at the end of each period, once a day in
 * the last week, increasingly often towards the end, and at the end.
 */
export function listRefreshMoments(now: Date, periodEnds: readonly Date[]): Date[] {
  const nowMs = now.getTime();
  const today = Math.floor(nowMs / dayMs) * dayMs;
  const times = [nowMs, ...periodEnds.map((end) => end.getTime())];
  for (let days = 0; days < closeDayCount; days += 1) times.push(today - days * dayMs);
  for (const hours of closeHours) times.push(nowMs - hours * hourMs);
  const past = times.filter((time) => time <= nowMs);
  return [...new Set(past)].sort((one, other) => one - other).map((time) => new Date(time));
}
