import type { Tier } from './vocabulary.ts';

export interface TierMark {
  name: string;
  /** The icon's name on the web, and the same picture as a character for Discord. */
  icon: 'crown' | 'medal' | 'award' | 'star' | 'gem';
  emoji: string;
  /** Of its role in Discord, as hex digits. The web draws the same hue in the lightness that each theme needs. */
  color: `#${string}`;
}

/** How each tier looks, on the web and in Discord, from the highest to the lowest. */
export const tierMarks = {
  champion: { name: 'Champion', icon: 'crown', emoji: '👑', color: '#d9a514' },
  silver: { name: 'Silver', icon: 'medal', emoji: '🥈', color: '#8c99a6' },
  bronze: { name: 'Bronze', icon: 'award', emoji: '🥉', color: '#b0713a' },
  top_10: { name: 'Top 10', icon: 'star', emoji: '⭐', color: '#3f8fd1' },
  elite: { name: 'Elite', icon: 'gem', emoji: '💎', color: '#7c5cd6' },
} as const satisfies Record<Tier, TierMark>;
