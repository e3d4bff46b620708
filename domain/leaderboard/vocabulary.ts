// The vocabulary of boards, tiers and score events, as in the database.

/** The tiers from highest to lowest: a title for each of the first three positions, then two groups. */
export const tiers = ['champion', 'silver', 'bronze', 'top_10', 'elite'] as const;
export type Tier = (typeof tiers)[number];

/** The last position of each tier; the first is the one after the tier before. */
export const tierLastPositions: Readonly<Record<Tier, number>> = {
  champion: 1,
  silver: 2,
  bronze: 3,
  top_10: 10,
  elite: 100,
};

export const boardKinds = ['all_time', 'monthly', 'weekly', 'daily', 'season'] as const;
export type BoardKind = (typeof boardKinds)[number];

/**
 * upcoming: a season that has not begun, which the database reads from its dates; open: takes events, for a while also
 * after its end; closing: complete; closed: archived.
 */
export const periodStates = ['upcoming', 'open', 'closing', 'closed'] as const;
export type PeriodState = (typeof periodStates)[number];

/** The start of movement: the previous version, or this long before the last refresh. */
export const movementWindows = ['refresh', 'hour', 'day', 'week'] as const;
export type MovementWindow = (typeof movementWindows)[number];

/** What happens to an event that arrives after its period closed. */
export const latePolicies = ['refuse', 'next_period'] as const;
export type LatePolicy = (typeof latePolicies)[number];

/** The formats that the archive of a period is exported in. */
export const exportFormats = ['json', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The result of a sent score event. */
export const scoreEventStatuses = ['accepted', 'duplicate', 'refused'] as const;
