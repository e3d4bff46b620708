/** A time zone in which it is about noon: no day ends in it while a test runs. */
export function findNoonZone(): string {
  const hoursAhead = 12 - new Date().getUTCHours();
  // The signs in these names are the other way round.
  return `Etc/GMT${hoursAhead > 0 ? '-' : '+'}${Math.abs(hoursAhead)}`;
}
