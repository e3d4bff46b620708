/** A time zone in which it is about noon, so no day ends while a test runs. */
export function findNoonZone(): string {
  const hoursAhead = 12 - new Date().getUTCHours();
  // These names have inverted signs.
  return `Etc/GMT${hoursAhead > 0 ? '-' : '+'}${Math.abs(hoursAhead)}`;
}
