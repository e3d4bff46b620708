/** The board shown by default. */
export const defaultBoard = 'all-time';
