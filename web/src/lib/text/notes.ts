/** What stands beside lines that are drawn by position, while a rank in words may be a tie. */
export const placeNote = 'First place on top. In a tie, whoever got there first is drawn above.';

/** What stands beside sums by metric, which are the same whatever board the page is about. */
export const allPointsNote = 'All points, all time.';
