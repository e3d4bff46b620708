import type { Tier } from './vocabulary.ts';

export interface TierMark {
  name: string;
  /** Icon name on the web, and the matching emoji for Discord. */
  icon: 'crown' | 'medal' | 'award' | 'star' | 'gem';
  emoji: string;
  /** Colour of its Discord role, in hex. The web uses the same hue at each theme's lightness. */
  color: `#${string}`;
}

/** How each tier looks on the web and in Discord, highest first. */
export const tierMarks = {
  champion: { name: 'Champion', icon: 'crown', emoji: '👑', color: '#d9a514' },
  silver: { name: 'Silver', icon: 'medal', emoji: '🥈', color: '#8c99a6' },
  bronze: { name: 'Bronze', icon: 'award', emoji: '🥉', color: '#b0713a' },
  top_10: { name: 'Top 10', icon: 'star', emoji: '⭐', color: '#3f8fd1' },
  elite: { name: 'Elite', icon: 'gem', emoji: '💎', color: '#7c5cd6' },
} as const satisfies Record<Tier, TierMark>;
