import type { Tier } from '#domain/ranking/standing.ts';

/** What a tier is called wherever people see it. */
export const tierNames: Record<Tier, string> = {
  champion: 'Champion',
  silver: 'Silver',
  bronze: 'Bronze',
  top_10: 'Top 10',
  elite: 'Elite',
};
