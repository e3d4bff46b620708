import { expect, it } from 'vitest';
import { tierOfPosition } from './tier-of-position.ts';

it.each([
  [1, 'champion'],
  [2, 'silver'],
  [3, 'bronze'],
  [4, 'top_10'],
  [10, 'top_10'],
  [11, 'elite'],
  [100, 'elite'],
  [101, null],
])('position %i is worth %s', (position, tier) => {
  expect(tierOfPosition(position)).toBe(tier);
});

it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('%d is not a position', (position) => {
  expect(tierOfPosition(position)).toBeNull();
});
