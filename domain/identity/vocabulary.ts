// The vocabulary of players, as in the database.

/** What a person may do; each role includes those before it. */
export const playerRoles = ['player', 'manager', 'admin'] as const;
export type PlayerRole = (typeof playerRoles)[number];

/** public: seen by name; anonymous: rank and score without the name; hidden: on no board. */
export const visibilities = ['public', 'anonymous', 'hidden'] as const;
export type Visibility = (typeof visibilities)[number];
