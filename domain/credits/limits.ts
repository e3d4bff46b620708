/** No form takes a larger amount; what a player may request is set by the policy of each credit type. */
export const requestAmountMax = 1_000_000;

/** The largest amount that one transfer moves. */
export const transferAmountMax = 1_000_000_000;
