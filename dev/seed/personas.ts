/**
 * The people that anyone can sign in as on a local stack, with their roles. Rob is on Discord only and has no
 * account until he signs in with it.
 */
export const personaRoles = { ada: 'admin', max: 'manager', pia: 'player', quinn: 'player' } as const;

/** Password of every persona. They exist only on local stacks. */
export const personaPassword = 'dealscale';
