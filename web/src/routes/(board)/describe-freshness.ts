import { formatAge, formatSeconds } from '#lib/text/format-time.ts';

/** The age of a board's last change, in seconds below one minute. */
export function describeFreshness(asOf: string, nowMs: number): string {
  const ageSeconds = Math.max(0, (nowMs - Date.parse(asOf)) / 1_000);
  return `${ageSeconds < 60 ? formatSeconds(ageSeconds) : formatAge(asOf, nowMs)} ago`;
}
