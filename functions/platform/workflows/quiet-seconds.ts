/** How long a call may take, or be late, before its run counts as stalled. */
export const graceSeconds = 900;

/** Delays of Inngest before the next attempt, with its jitter of half a minute. */
const retrySeconds = [45, 60, 90, 150, 330, 630, 1_230, 2_430, 3_630, 7_230];
const unitSeconds: Record<string, number> = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 };

/** For how long no call has to come after a failed attempt. */
export function waitForRetry(attempt: number, retryAfter: string | undefined): number {
  const asked = parseWait(retryAfter);
  const usual = retrySeconds[Math.min(attempt, retrySeconds.length - 1)] ?? 0;
  return graceSeconds + Math.max(asked ?? 0, usual);
}

/** Seconds until the end of a sleep or wait: a length such as `1w2d`, seconds, or a time. */
export function parseWait(wait: unknown, nowMs = Date.now()): number | null {
  if (typeof wait !== 'string' || wait === '') return null;
  if (/^\d+$/.test(wait)) return Number(wait);
  if (/^(?:\d+[wdhms])+$/.test(wait)) {
    return [...wait.matchAll(/(\d+)([wdhms])/g)].reduce(
      (sum, [, count, unit = '']) => sum + Number(count) * (unitSeconds[unit] ?? 0),
      0,
    );
  }
  const atMs = Date.parse(wait);
  return Number.isNaN(atMs) ? null : Math.max((atMs - nowMs) / 1_000, 0);
}
