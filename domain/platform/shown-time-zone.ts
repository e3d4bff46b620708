const known = new Map<string, boolean>([['UTC', true]]);

/**
 * A time zone to show times in: the one given, or UTC where this machine does not know it. Browsers and databases learn
 * of zones at different times, and a page is not to break meanwhile.
 */
export function toShownTimeZone(timeZone: string): string {
  let isKnown = known.get(timeZone);
  if (isKnown === undefined) {
    isKnown = isTimeZone(timeZone);
    known.set(timeZone, isKnown);
  }
  return isKnown ? timeZone : 'UTC';
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone }) !== null;
  } catch {
    return false;
  }
}
