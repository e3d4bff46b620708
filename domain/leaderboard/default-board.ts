/** The board that is shown where nobody chose one. */
export const defaultBoard = 'all-time';
