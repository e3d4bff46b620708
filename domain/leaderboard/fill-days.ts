export interface DayPoints {
  /** YYYY-MM-DD */
  day: string;
  points: number;
}

const dayMs = 86_400_000;

/**
 * The points of each of the `dayCount` days that end with `lastDay` (YYYY-MM-DD), oldest first; days without
 * an entry have 0. Entries outside the range are ignored. Throws RangeError if `lastDay` is not a date.
 */
export function fillDays(entries: readonly DayPoints[], lastDay: string, dayCount: number): DayPoints[] {
  const lastMs = Date.parse(`${lastDay}T00:00:00Z`);
  if (Number.isNaN(lastMs)) throw new RangeError(`not a day: ${lastDay}`);
  const pointsByDay = new Map(entries.map(({ day, points }) => [day, points]));
  return Array.from({ length: dayCount }, (_, index) => {
    const day = new Date(lastMs - (dayCount - 1 - index) * dayMs).toISOString().slice(0, 10);
    return { day, points: pointsByDay.get(day) ?? 0 };
  });
}
