const dayMs = 86_400_000;

/** A day and its points; inactive days have zero. */
export interface ActivityDay {
  day: string;
  points: number;
}

/**
 * Each of the last `count` days up to and including `until`, inactive ones included.
 * @param activity the days with points, in any order, as `YYYY-MM-DD`
 */
export function listActivityDays(
  activity: readonly ActivityDay[],
  until: string,
  count: number,
): ActivityDay[] {
  const points = new Map(activity.map((entry) => [entry.day, entry.points]));
  const last = Date.parse(`${until}T00:00:00Z`);
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(last - (count - 1 - index) * dayMs).toISOString().slice(0, 10);
    return { day, points: points.get(day) ?? 0 };
  });
}
