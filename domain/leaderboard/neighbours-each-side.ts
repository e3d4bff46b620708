/** How many neighbours are shown on each side of a player. */
export const neighboursEachSide = 5;
