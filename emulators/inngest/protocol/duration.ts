const unitMs = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
]);

/** Parses a duration such as `90s` or `57w1d` into milliseconds; empty is 0. Throws on any other text. */
export function parseDurationMs(text: string): number {
  let totalMs = 0;
  let readCount = 0;
  for (const [part, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|w|d|h|m|s)/g)) {
    totalMs += Number(amount) * (unitMs.get(unit ?? '') ?? 0);
    readCount += part.length;
  }
  if (readCount !== text.length)
    throw new RangeError(`"${text}" is not a duration such as 90s, 5m or 1h30m.`);
  return totalMs;
}

/**
 * When a sleep or time-out ends, in Unix milliseconds: a duration from now, or an ISO date, never in the
 * past.
 */
export function parseDueAtMs(text: string, nowMs: number): number {
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return nowMs + parseDurationMs(text);
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) throw new RangeError(`"${text}" is not a date.`);
  return Math.max(atMs, nowMs);
}
