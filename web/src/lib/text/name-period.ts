import type { BoardKind } from '#domain/leaderboard/vocabulary.ts';
import { toShownTimeZone } from '#domain/platform/shown-time-zone.ts';

/** The name of a period in a list of choices. */
export interface NamedPeriod {
  kind: BoardKind;
  time_zone: string;
  name: string | null;
  starts_at: string | null;
  ends_at: string | null;
}

const dayMs = 86_400_000;

/**
 * `October 2026`, `Nov 16 – 22, 2026`, `Nov 22, 2026`, or a season's name; null for a board without periods.
 */
export function namePeriod({ kind, time_zone, name, starts_at, ends_at }: NamedPeriod): string | null {
  if (name) return name;
  if (!starts_at || !ends_at) return null;
  const start = new Date(starts_at);
  const options: Intl.DateTimeFormatOptions = { timeZone: toShownTimeZone(time_zone), year: 'numeric' };
  if (kind === 'monthly')
    return new Intl.DateTimeFormat('en-US', { ...options, month: 'long' }).format(start);
  // The end is exclusive; half a day earlier is the last day, regardless of clock changes.
  const last = new Date(Date.parse(ends_at) - dayMs / 2);
  const days = new Intl.DateTimeFormat('en-US', { ...options, month: 'short', day: 'numeric' });
  // Browsers differ in the spaces around the dash.
  return days.formatRange(start, last).replace(/\s+/g, ' ');
}
