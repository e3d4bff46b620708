/** The note beside lines that are drawn by position, because a rank may be tied. */
export const placeNote = 'First place on top. In a tie, whoever got there first is drawn above.';

/** The note beside totals by metric, which do not depend on the board. */
export const allPointsNote = 'All points, all time.';
