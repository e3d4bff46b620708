import { formatAge, formatSeconds } from '#lib/text/format-time.ts';

/** How long ago a board changed last, to the second while that is less than a minute. */
export function describeFreshness(asOf: string, nowMs: number): string {
  const ageSeconds = Math.max(0, (nowMs - Date.parse(asOf)) / 1_000);
  return `${ageSeconds < 60 ? formatSeconds(ageSeconds) : formatAge(asOf, nowMs)} ago`;
}
