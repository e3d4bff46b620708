/** The people everybody can sign in as on a local stack, and who they are. */
export const personaNames = {
  ada: 'admin',
  max: 'manager',
  pia: 'player',
  quinn: 'player',
  rob: 'player',
} as const;

/** Password of every persona. Only local stacks have them. */
export const personaPassword = 'dealscale';
