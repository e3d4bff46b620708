import { toShownTimeZone } from '#domain/platform/shown-time-zone.ts';

const units = [
  ['y', 365 * 86_400],
  ['wk', 7 * 86_400],
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const;

const justNow = 'just now';

/**
 * The age of a moment in its largest unit: `just now`, `4 min`, `3 d`. Both times are passed in, so server
 * and browser render the same text.
 */
export function formatAge(moment: string, nowMs: number): string {
  const seconds = Math.floor((nowMs - Date.parse(moment)) / 1_000);
  const unit = units.find(([, length]) => seconds >= length);
  return unit ? `${Math.floor(seconds / unit[1])} ${unit[0]}` : justNow;
}

/** The age of a moment as a phrase: `just now`, `4 min ago`. */
export function formatAgo(moment: string, nowMs: number): string {
  const age = formatAge(moment, nowMs);
  return age === justNow ? age : `${age} ago`;
}

const dayAndTime: Intl.DateTimeFormatOptions = {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
};

/** `2026-11-22T13:04:05Z` → `Nov 22, 13:04`, where the year is shown nearby. */
export function formatDayAndTime(moment: string, timeZone = 'UTC'): string {
  return new Intl.DateTimeFormat('en-US', { ...dayAndTime, timeZone: toShownTimeZone(timeZone) }).format(
    new Date(moment),
  );
}

/** `2026-11-22T13:04:05Z` → `Nov 22, 2026, 13:04` in the given zone. */
export function formatMoment(moment: string, timeZone = 'UTC'): string {
  return new Intl.DateTimeFormat('en-US', {
    ...dayAndTime,
    year: 'numeric',
    timeZone: toShownTimeZone(timeZone),
  }).format(new Date(moment));
}

/** `2026-11-22T13:04:05Z` → `Nov 22`. */
export function formatDay(moment: string | Date, timeZone = 'UTC'): string {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: toShownTimeZone(timeZone),
    month: 'short',
    day: 'numeric',
  }).format(new Date(moment));
}

/** `2026-11-22T13:04:05Z` → `Nov 22`, and `Nov 22, 2025` outside the current year. UTC. */
export function formatDate(moment: string, nowMs: number): string {
  const date = new Date(moment);
  const isThisYear = date.getUTCFullYear() === new Date(nowMs).getUTCFullYear();
  return isThisYear ? formatDay(date) : `${formatDay(date)}, ${date.getUTCFullYear()}`;
}

/** `2026-11-22T13:04:05Z` → `13:04:05`. */
export function formatClock(moment: string, timeZone = 'UTC'): string {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: toShownTimeZone(timeZone),
    timeStyle: 'medium',
    hourCycle: 'h23',
  }).format(new Date(moment));
}

/** `45` → `45 s`, `90` → `1 min 30 s`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const rest = whole % 60;
  return rest === 0 ? `${Math.floor(whole / 60)} min` : `${Math.floor(whole / 60)} min ${rest} s`;
}
