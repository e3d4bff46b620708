/** Around a player, this many others are shown above, and as many below. */
export const neighboursEachSide = 5;
