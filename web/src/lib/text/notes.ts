/** What stands beside places wherever they are drawn or listed, as the boards show ranks. */
export const placeNote =
  'First place on top. Places tell equal scores apart by who was there first; a rank (#) is shared.';

/** What stands beside sums by metric, which are the same whatever board the page is about. */
export const allPointsNote = 'All points ever, on whatever board they count.';
