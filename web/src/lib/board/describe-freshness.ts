import { formatAge, formatSeconds } from '#lib/text/format-time.ts';

/** Boards are brought up to date this often. */
const refreshSeconds = 30;

/** How old a board is and, while it is followed live, when the next refresh is due. */
export function describeFreshness(asOf: string, nowMs: number): { age: string; next: string | null } {
  const ageSeconds = Math.max(0, (nowMs - Date.parse(asOf)) / 1_000);
  const age = ageSeconds < 60 ? `${formatSeconds(ageSeconds)} ago` : `${formatAge(asOf, nowMs)} ago`;
  // A refresh that finds nothing new leaves the board as it is, so "as of" may be several refreshes old.
  const next = formatSeconds(refreshSeconds - (ageSeconds % refreshSeconds));
  return { age, next: ageSeconds < 3_600 ? next : null };
}
