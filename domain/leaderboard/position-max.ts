/** No board has a place beyond this one, and the database refuses to look for it. */
export const positionMax = 1_000_000_000;
