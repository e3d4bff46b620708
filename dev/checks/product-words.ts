/** Words of the product. The stand-ins in `emulators/` could serve any other one, and have no use for them. */
export const productWords = [
  'dealscale',
  'leaderboard',
  'standings',
  'player',
  'rival',
  'milestone',
  'score',
  'season',
  'credit',
  'ledger',
  'tier',
  'champion',
  'silver',
  'bronze',
  'elite',
  'persona',
  'ada',
  'pia',
  'quinn',
  'rob',
] as const;

/** The persona whose name is also an ordinary word: only a text that consists of the name alone refers to him. */
export const ambiguousNames = ['max'] as const;

/** Names on Discord's wire that happen to have such a word. */
export const discordNames = ['premium_tier'] as const;
