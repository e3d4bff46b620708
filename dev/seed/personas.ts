/**
 * The people everybody can sign in as on a local stack, with what they are. Rob is on Discord only: he has no account
 * until he signs in with it.
 */
export const personaRoles = { ada: 'admin', max: 'manager', pia: 'player', quinn: 'player' } as const;

/** Password of every persona. Only local stacks have them. */
export const personaPassword = 'dealscale';
