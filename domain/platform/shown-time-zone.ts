const known = new Map<string, boolean>([['UTC', true]]);

/**
 * The time zone to display: the given one, or UTC if this runtime does not know it. Browsers and databases
 * update their zones at different times, and pages must not break meanwhile.
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
