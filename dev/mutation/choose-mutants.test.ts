import { expect, test } from 'vitest';
import { chooseMutants } from './choose-mutants.ts';

const mutants = Array.from({ length: 50 }, (_, number) => ({ place: `line ${number}`, change: 'changed' }));
const choose = (count: number, seed: string, only: typeof mutants | null = null) =>
  chooseMutants(mutants, ({ place }) => place, { count, seed, only });

test('a seed makes the same choice each time, and another seed a different one', () => {
  expect(choose(10, 'a')).toEqual(choose(10, 'a'));
  expect(choose(10, 'a')).not.toEqual(choose(10, 'b'));
  expect(new Set(choose(10, 'a')).size).toBe(10);
});

test('a larger sample contains the smaller one', () => {
  expect(choose(20, 'a').slice(0, 10)).toEqual(choose(10, 'a'));
});

test('a list replaces the sample', () => {
  const only = [
    { place: 'line 7', change: 'changed' },
    { place: 'line 8', change: 'gone' },
  ];
  expect(choose(10, 'a', only)).toEqual([{ place: 'line 7', change: 'changed' }]);
});
