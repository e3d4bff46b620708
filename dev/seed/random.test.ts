import { expect, it } from 'vitest';
import { createRandom } from './random.ts';

it('gives the same numbers for the same seed and others for another', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, createRandom(seed).next);
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

it('stays in the ranges it promises', () => {
  const random = createRandom(1);
  const numbers = Array.from({ length: 2000 }, () => random.between(3, 5));
  expect(new Set(numbers)).toEqual(new Set([3, 4, 5]));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(Array.from({ length: 5000 }, random.normal))).toBeCloseTo(0, 1);
  expect(mean(Array.from({ length: 5000 }, () => random.poisson(2)))).toBeCloseTo(2, 0);
  expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
