import { expect, it } from 'vitest';
import { compareTiers } from './compare-tiers.ts';

it('sorts from champion to nobody', () => {
  const tiers = [null, 'elite', 'silver', 'champion', 'top_10', 'bronze'] as const;
  expect(tiers.toSorted(compareTiers)).toEqual(['champion', 'silver', 'bronze', 'top_10', 'elite', null]);
});

it('says equal for equals', () => {
  expect(compareTiers('elite', 'elite')).toBe(0);
});
