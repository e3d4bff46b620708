const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** So many days back the boards are refreshed often enough that movement and history have something to show. */
const closeDayCount = 8;

/**
 * The moments, in order, at which a past competition is published: at the end of each period, twice a day in the last
 * week, more and more often towards the end, and at the end.
 */
export function listRefreshMoments(now: Date, periodEnds: readonly Date[]): Date[] {
  const nowMs = now.getTime();
  const today = Math.floor(nowMs / dayMs) * dayMs;
  const times = [nowMs, nowMs - hourMs / 2, ...periodEnds.map((end) => end.getTime())];
  for (let halves = 0; halves < closeDayCount * 2; halves += 1) times.push(today - (halves * dayMs) / 2);
  for (let hours = 1; hours < 24; hours += hours < 6 ? 1 : 3) times.push(nowMs - hours * hourMs);
  const past = times.filter((time) => time <= nowMs);
  return [...new Set(past)].sort((one, other) => one - other).map((time) => new Date(time));
}
